import { type JsonObject, type JsonValue, readModelLimits } from "@leftfold/core";
import fc from "fast-check";

const { documentCharsMax, documentDepthMax } = readModelLimits;

/** A document that is large: by its characters as JSON, or by what lies within each other. */
export type Bulk = { readonly chars: number } | { readonly levels: number };

/** None mostly; now and then one at the limit, or just beyond. */
export function arbitraryBulk(): fc.Arbitrary<Bulk | undefined> {
  const chars = fc
    .constantFrom(70_000, documentCharsMax, documentCharsMax + 1)
    .map((count) => ({ chars: count }));
  const levels = fc.constantFrom(documentDepthMax, documentDepthMax + 1).map((count) => ({ levels: count }));
  return fc.oneof(
    { weight: 60, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: chars },
    { weight: 1, arbitrary: levels },
  );
}

export function bulkyDocument(bulk: Bulk): JsonObject {
  if ("chars" in bulk) {
    // Texts that do not compress, so that they are as large where they are stored.
    const frame = JSON.stringify({ a: "" }).length;
    let text = "";
    for (let i = 0; text.length < bulk.chars - frame; i++) text += (i * 2654435761).toString(36);
    return { a: text.slice(0, bulk.chars - frame) };
  }
  let value: JsonValue = 1;
  for (let level = 1; level < bulk.levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return { a: value };
}
