import type { Findings } from "./findings.ts";
import type { Place } from "./place.ts";
import { readModelLimits } from "./read-model-limits.ts";
import type { JsonObject } from "./read-model-store.ts";
import { isText } from "./validate-read-model.ts";

const { documentCharsMax, documentDepthMax } = readModelLimits;

/** What texts in documents and filters are, in words. */
export const textLimit = "well-formed Unicode without U+0000";

/** A document as JSON. Notes what is wrong with it, and is undefined then. */
export function checkDocument(
  findings: Findings,
  outer: Place,
  key: string,
  document: JsonObject,
): string | undefined {
  if (!isPlainObject(document)) {
    findings.add(outer, key, document, "a JSON object");
    return undefined;
  }
  if (!checkValue(findings, outer, key, document, documentDepthMax)) return undefined;
  const json = JSON.stringify(document);
  if (json.length <= documentCharsMax) return json;
  findings.describe(outer, key, `${json.length} characters of JSON`, `at most ${documentCharsMax} of them`);
  return undefined;
}

/** Whether a value is JSON all the way down. Notes the first thing in it that is not. */
function checkValue(
  findings: Findings,
  outer: Place,
  key: string | number,
  value: unknown,
  depthLeft: number,
): boolean {
  switch (typeof value) {
    case "boolean":
      return true;
    case "number":
      if (Number.isFinite(value)) return true;
      break;
    case "string":
      if (isText(value)) return true;
      findings.add(outer, key, value, textLimit);
      return false;
    case "object":
      if (value === null) return true;
      if (depthLeft === 0) {
        findings.add(outer, key, value, `no deeper than ${documentDepthMax} objects and lists`);
        return false;
      }
      if (Array.isArray(value)) return checkList(findings, { outer, key }, value, depthLeft - 1);
      if (isPlainObject(value)) return checkFields(findings, { outer, key }, value, depthLeft - 1);
      break;
  }
  findings.add(outer, key, value, "a JSON value");
  return false;
}

function checkList(findings: Findings, at: Place, list: readonly unknown[], depthLeft: number): boolean {
  for (let i = 0; i < list.length; i++) {
    if (!checkValue(findings, at, i, list[i], depthLeft)) return false;
  }
  return true;
}

function checkFields(
  findings: Findings,
  at: Place,
  fields: Readonly<Record<string, unknown>>,
  depthLeft: number,
): boolean {
  for (const name of Object.keys(fields)) {
    if (!isText(name)) {
      findings.add(at, "field", name, textLimit);
      return false;
    }
    const value = fields[name];
    // As JSON has it: a field that is undefined is not there.
    if (value !== undefined && !checkValue(findings, at, name, value, depthLeft)) return false;
  }
  return true;
}

/** Not a date, a map or an object of some other class, of which JSON would make something else. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    typeof (value as { toJSON?: unknown }).toJSON !== "function"
  );
}
