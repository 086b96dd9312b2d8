import { expect, test } from "vitest";
import { show } from "./show.ts";

const circular: Record<string, unknown> = {};
circular["self"] = circular;

test.each([
  [undefined, "undefined"],
  [null, "null"],
  [true, "true"],
  [Number.NaN, "NaN"],
  [-1.5, "-1.5"],
  [12n, "12n"],
  ['a "b"\n', '"a \\"b\\"\\n"'],
  [Symbol("s"), "a symbol"],
  [() => 1, "a function"],
  [[1, 2, 3], "a list of 3"],
  [new Uint8Array(4), "4 bytes"],
  [new Date(0), "1970-01-01T00:00:00.000Z"],
  [new Date(Number.NaN), "an invalid date"],
  [new Map(), "an object"],
  [{ toJSON: 1n }, "an object"],
  [Object.create(null), "an object"],
  [circular, "an object"],
])("shows a value in words, whatever it is (%#)", (value, words) => {
  expect(show(value)).toBe(words);
});

test("long texts and numbers are shortened", () => {
  expect(show("x".repeat(81))).toBe(`"${"x".repeat(80)}…"`);
  expect(show("x".repeat(80))).toBe(`"${"x".repeat(80)}"`);
  expect(show(10n ** 200n)).toHaveLength(81);
});
