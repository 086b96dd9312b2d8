import { compareText } from "./compare-text.ts";
import { valueAt } from "./ordered-value.ts";
import type { JsonObject, JsonValue, ReadModelFilter } from "./read-model-store.ts";

/** Whether a filter selects a document. What every store's queries mean, in one place. */
export function matchesFilter(filter: ReadModelFilter, document: JsonObject): boolean {
  switch (filter.op) {
    case "and":
      return filter.filters.every((inner) => matchesFilter(inner, document));
    case "or":
      return filter.filters.some((inner) => matchesFilter(inner, document));
    case "not":
      return !matchesFilter(filter.filter, document);
    default:
      return matchesValue(filter, valueAt(document, filter.path) ?? null);
  }
}

type ValueFilter = Extract<ReadModelFilter, { readonly path: string }>;

function matchesValue(filter: ValueFilter, value: JsonValue): boolean {
  switch (filter.op) {
    case "eq":
      return value === filter.value;
    case "ne":
      return value !== filter.value;
    case "in":
      return filter.values.some((candidate) => candidate === value);
    case "lt":
      return isBeyond(compareKind(value, filter.value), (order) => order < 0);
    case "lte":
      return isBeyond(compareKind(value, filter.value), (order) => order <= 0);
    case "gt":
      return isBeyond(compareKind(value, filter.value), (order) => order > 0);
    case "gte":
      return isBeyond(compareKind(value, filter.value), (order) => order >= 0);
    case "contains":
      return contains(value, filter.value);
    case "prefix":
      return typeof value === "string" && value.startsWith(filter.value);
  }
}

function isBeyond(order: number | undefined, holds: (order: number) => boolean): boolean {
  return order !== undefined && holds(order);
}

/** Undefined for values of different kinds: neither comes first. */
function compareKind(value: JsonValue, other: string | number | boolean): number | undefined {
  if (typeof value === "string" && typeof other === "string") return compareText(value, other);
  if (typeof value === "number" && typeof other === "number") return value - other;
  if (typeof value === "boolean" && typeof other === "boolean") return Number(value) - Number(other);
  return undefined;
}

function contains(value: JsonValue, part: string | number | boolean): boolean {
  if (typeof value === "string") return typeof part === "string" && value.includes(part);
  return Array.isArray(value) && value.includes(part);
}
