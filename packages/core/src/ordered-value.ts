import { compareText } from "./compare-text.ts";
import { readModelLimits } from "./read-model-limits.ts";
import type { JsonObject, JsonValue } from "./read-model-store.ts";

/**
 * What a document's value counts for in an order: null when there is none, the first 200 Unicode characters of a text, and the
 * empty list for every list and object, which all rank alike.
 */
export type OrderedValue = null | boolean | number | string | readonly [];

const { orderedCharsMax } = readModelLimits;
const noDistinction: readonly [] = [];

/** The value at a path; undefined when it leads nowhere. A step leads to a field of an object, never into a list. */
export function valueAt(document: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const step of path.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as JsonObject)[step];
  }
  return value;
}

/** What the value at a path counts for in an order. */
export function orderedValueAt(document: JsonObject, path: string): OrderedValue {
  const value = valueAt(document, path) ?? null;
  if (typeof value === "string") return firstCharacters(value);
  return typeof value === "object" && value !== null ? noDistinction : value;
}

/**
 * Orders two values, neither of them null: false, true, numbers by size, texts by Unicode code points, then lists and objects.
 * Below 0 when `one` comes first, 0 when they rank alike.
 */
export function compareOrdered(one: OrderedValue, other: OrderedValue): number {
  if (typeof one === "string" && typeof other === "string") return compareText(one, other);
  const byKind = rankOf(one) - rankOf(other);
  return byKind !== 0 || typeof one === "object" ? byKind : Number(one) - Number(other);
}

/** The part of a text that its order is made of. */
export function firstCharacters(text: string): string {
  if (text.length <= orderedCharsMax) return text;
  let length = 0;
  for (let count = 0; count < orderedCharsMax && length < text.length; count++) {
    length += text.codePointAt(length)! > 0xffff ? 2 : 1;
  }
  return text.slice(0, length);
}

function rankOf(value: OrderedValue): number {
  switch (typeof value) {
    case "boolean":
      return 0;
    case "number":
      return 1;
    case "string":
      return 2;
    default:
      return 3;
  }
}
