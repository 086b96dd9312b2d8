import type { Findings } from "./findings.ts";
import type { Place } from "./place.ts";
import { readModelLimits } from "./read-model-limits.ts";
import type { ReadModelFilter } from "./read-model-store.ts";
import { textLimit } from "./validate-document.ts";
import { checkPath, isText } from "./validate-read-model.ts";

const { filterDepthMax, filtersMax, filterValuesMax, filterTextCharsMax } = readModelLimits;

const ops: readonly ReadModelFilter["op"][] = [
  "eq",
  "ne",
  "lt",
  "lte",
  "gt",
  "gte",
  "in",
  "contains",
  "prefix",
  "and",
  "or",
  "not",
];

/** Checks one filter and all within it; they share the bounds on their number. */
export class FilterCheck {
  readonly #findings: Findings;
  #filtersLeft = filtersMax;
  #valuesLeft = filterValuesMax;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Notes what is wrong with a filter. */
  check(outer: Place | undefined, key: string | number, filter: ReadModelFilter, depth = 1): void {
    const findings = this.#findings;
    if (!findings.object(outer, key, filter)) return;
    if (depth > filterDepthMax) {
      findings.describe(outer, key, "a filter within too many others", `at most ${filterDepthMax} deep`);
      return;
    }
    if (this.#filtersLeft-- === 0) {
      findings.describe(outer, key, "one filter too many", `one of at most ${filtersMax}`);
    }
    if (this.#filtersLeft < 0) return;
    const at: Place = { outer, key };
    findings.oneOf(at, "op", filter.op, ops);
    switch (filter.op) {
      case "not":
        this.check(at, "filter", filter.filter, depth + 1);
        break;
      case "and":
      case "or":
        this.#checkAll(at, filter.filters, depth);
        break;
      default:
        if (ops.includes(filter.op)) this.#checkComparison(at, filter);
    }
  }

  #checkAll(at: Place, filters: readonly ReadModelFilter[], depth: number): void {
    if (!this.#findings.list(at, "filters", filters, 0, filtersMax)) return;
    const list: Place = { outer: at, key: "filters" };
    for (let i = 0; i < filters.length; i++) this.check(list, i, filters[i]!, depth + 1);
  }

  #checkComparison(at: Place, filter: Extract<ReadModelFilter, { readonly path: string }>): void {
    checkPath(this.#findings, at, "path", filter.path);
    switch (filter.op) {
      case "in":
        this.#checkValues(at, filter.values);
        break;
      case "eq":
      case "ne":
        this.#checkValue(at, "value", filter.value, true);
        break;
      case "prefix":
        if (typeof filter.value === "string") this.#checkValue(at, "value", filter.value, false);
        else this.#findings.add(at, "value", filter.value, "a string");
        break;
      default:
        this.#checkValue(at, "value", filter.value, false);
    }
  }

  #checkValues(at: Place, values: readonly unknown[]): void {
    if (!this.#findings.list(at, "values", values, 0, filterValuesMax)) return;
    this.#valuesLeft -= values.length;
    if (this.#valuesLeft < 0) {
      this.#findings.add(at, "values", values, `one of lists of at most ${filterValuesMax} values together`);
      return;
    }
    const list: Place = { outer: at, key: "values" };
    for (let i = 0; i < values.length; i++) this.#checkValue(list, i, values[i], true);
  }

  #checkValue(at: Place, key: string | number, value: unknown, isNullable: boolean): void {
    const findings = this.#findings;
    if (typeof value === "string") {
      if (value.length > filterTextCharsMax) {
        findings.add(at, key, value, `at most ${filterTextCharsMax} characters long`);
      } else if (!isText(value)) findings.add(at, key, value, textLimit);
    } else if (!(typeof value === "boolean" || Number.isFinite(value) || (isNullable && value === null))) {
      findings.add(
        at,
        key,
        value,
        `a string, a finite number, ${isNullable ? "a boolean or null" : "or a boolean"}`,
      );
    }
  }
}
