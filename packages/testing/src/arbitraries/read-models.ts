import type { JsonObject, JsonValue, ReadModelFilter, ReadModelOrder } from "@leftfold/core";
import fc from "fast-check";

/** Few names, so that paths, documents and filters meet; those of places in lists and of what objects inherit among them. */
const fieldNames: readonly string[] = ["a", "b", "0", "o'\"\\", "constructor", "ä", "__proto__"];

/** What is hard to keep apart, or to put in order. */
const hardScalars: readonly (string | number | boolean)[] = [
  0,
  1,
  -1,
  10,
  9,
  0.1,
  -0.5,
  1e21,
  1e-7,
  2 ** 53,
  -(2 ** 53) - 2,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  "",
  "0",
  "1",
  "a",
  "ab",
  "A",
  "%",
  "_",
  "a%",
  "\\",
  "\\%",
  "null",
  "true",
  "\uffff",
  "\ud7ff",
  "\ue000",
  "\u{10000}",
  "\u{10ffff}",
  "a\u{10ffff}",
  "\n",
  "l".repeat(199),
  "l".repeat(200),
  "l".repeat(201),
  `${"l".repeat(200)}m`,
  "😀".repeat(200),
  `${"😀".repeat(199)}a`,
  true,
  false,
];

/** A text, number or boolean: mostly out of a handful, now and then any. */
export function arbitraryScalar(): fc.Arbitrary<string | number | boolean> {
  const text = fc.string({ unit: "binary", maxLength: 8 }).map((any) => any.replaceAll("\u0000", "z"));
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...hardScalars) },
    { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    { weight: 1, arbitrary: fc.integer({ min: -3, max: 12 }) },
    { weight: 1, arbitrary: text },
  );
}

/** A path to a field that documents may have. */
export function arbitraryPath(): fc.Arbitrary<string> {
  const steps = fc.array(fc.constantFrom(...fieldNames), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("a", "b") },
    steps.map((names) => names.join(".")),
  );
}

/** A document with values of every kind, some of them nested. */
export function arbitraryDocument(): fc.Arbitrary<JsonObject> {
  const { document } = fc.letrec<{ value: JsonValue; list: readonly JsonValue[]; document: JsonObject }>(
    (tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        { weight: 6, arbitrary: arbitraryScalar() },
        { weight: 1, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: tie("list") },
        { weight: 2, arbitrary: tie("document") },
      ),
      list: fc.array(tie("value"), { maxLength: 3 }),
      document: fc.dictionary(fc.constantFrom(...fieldNames), tie("value"), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
    }),
  );
  return document;
}

/** Any valid filter over such documents. */
export function arbitraryReadModelFilter(): fc.Arbitrary<ReadModelFilter> {
  const path = arbitraryPath();
  const scalar = arbitraryScalar();
  const value = fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: fc.constant(null) });
  const text = scalar.map(String);
  const { filter } = fc.letrec<{ filter: ReadModelFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthIdentifier: "filter" },
      fc.record({ op: fc.constantFrom("eq" as const, "ne" as const), path, value }),
      fc.record({
        op: fc.constantFrom("lt" as const, "lte" as const, "gt" as const, "gte" as const),
        path,
        value: scalar,
      }),
      fc.record({ op: fc.constant("in" as const), path, values: fc.array(value, { maxLength: 5 }) }),
      fc.record({ op: fc.constant("contains" as const), path, value: scalar }),
      fc.record({ op: fc.constant("prefix" as const), path, value: text }),
      fc.record({
        op: fc.constantFrom("and" as const, "or" as const),
        filters: fc.array(tie("filter"), { maxLength: 3 }),
      }),
      fc.record({ op: fc.constant("not" as const), filter: tie("filter") }),
    ),
  }));
  return filter;
}

/** Any valid order over such documents, that by key alone included. */
export function arbitraryReadModelOrders(): fc.Arbitrary<readonly ReadModelOrder[]> {
  const order = fc.record<ReadModelOrder, "path">(
    {
      path: arbitraryPath(),
      direction: fc.constantFrom("asc", "desc"),
      nulls: fc.constantFrom("first", "last"),
    },
    { requiredKeys: ["path"] },
  );
  return fc.array(order, { maxLength: 3 });
}
