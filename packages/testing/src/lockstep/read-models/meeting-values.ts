import type { JsonObject, ReadModelFilter } from "@leftfold/core";
import fc from "fast-check";

/** So few that what a filter compares with is often the very value that a document has. */
const few = fc.constantFrom<string | number | boolean>(
  0,
  1,
  1.5,
  "a",
  "b",
  "ab",
  "\uffff",
  "\u{10000}",
  true,
  false,
);
const path = fc.constantFrom("a", "b");

export function arbitraryMeetingDocument(): fc.Arbitrary<JsonObject> {
  return fc.dictionary(path, few, { maxKeys: 2, noNullPrototype: true });
}

export function arbitraryMeetingFilter(): fc.Arbitrary<ReadModelFilter> {
  const op = fc.constantFrom("eq", "ne", "lt", "lte", "gt", "gte", "contains");
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ op, path, value: few }) },
    fc.record({ op: fc.constant("prefix" as const), path, value: few.map(String) }),
    fc.record({ op: fc.constant("in" as const), path, values: fc.array(few, { maxLength: 3 }) }),
  );
}
