import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { renderValue } from "./render-value.ts";

test.each([
  ["text", '"text"'],
  [5, "5"],
  [5n, "5n"],
  [-0, "-0"],
  [Number.NaN, "NaN"],
  [null, "null"],
  [undefined, "undefined"],
  [true, "true"],
  [renderValue, "function renderValue"],
  [new Date(0), "Date 1970-01-01T00:00:00.000Z"],
  [new Date(Number.NaN), "Date invalid"],
  [Uint8Array.of(0, 255), "Uint8Array 00 ff"],
  [new TypeError("no"), 'TypeError "no"'],
  [{}, "{}"],
  [[], "[]"],
  [[1, [2]], "[1, [2]]"],
  [{ b: 1, a: { "c d": "x" }, absent: undefined }, '{ a: { "c d": "x" }, b: 1 }'],
  [new Map([["a", { b: 1 }]]), 'Map { "a" => { b: 1 } }'],
  [new Set([1, 2]), "Set [1, 2]"],
  [Object.create(null), "{}"],
  [
    new (class Money {
      cents = 5;
    })(),
    "Money { cents: 5 }",
  ],
])("shows %o as %s", (value, text) => {
  expect(renderValue(value)).toEqual([text]);
});

test("shows what is long line by line", () => {
  const value = {
    note: "x".repeat(60),
    lines: [{ sku: "a".repeat(40) }, { sku: "b".repeat(40) }],
    empty: [],
  };
  expect(renderValue(value).join("\n")).toBe(`{
  empty: [],
  lines: [
    { sku: "${"a".repeat(40)}" },
    { sku: "${"b".repeat(40)}" },
  ],
  note: "${"x".repeat(60)}",
}`);
});

test("comes to an end with what refers to itself", () => {
  const self: Record<string, unknown> = {};
  self["self"] = self;
  expect(renderValue(self).join("\n")).toContain("…");
});

test("shows values alike exactly when they are equal", () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(json, json, (one, other) => {
      expect(renderValue(one).join() === renderValue(other).join()).toBe(isDeepStrictEqual(one, other));
      expect(renderValue(structuredClone(one))).toEqual(renderValue(one));
    }),
  );
});
