import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonCodec } from "./codec.ts";
import { jsonFlaw } from "./json-flaw.ts";

const roundTrip = (data: unknown): unknown => jsonCodec.decoder("E")(jsonCodec.encode("E", data));

test("JSON gives back what it took, whatever that is", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      fc.pre(!JSON.stringify(value)?.includes("\\ud"));
      // There is one zero in JSON.
      expect(roundTrip(value)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("JSON refuses what it would not give back, or gives it back", () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withMap: true, withBigInt: true }), (value) => {
      if (jsonFlaw(value) !== undefined) expect(() => roundTrip(value)).toThrow(TypeError);
      else expect(roundTrip(value)).toEqual(withoutSignsOfZero(value));
    }),
  );
});

/** What `toEqual` tells apart and JSON need not: the sign of zero. Absent and undefined are equal to it. */
function withoutSignsOfZero(value: unknown): unknown {
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map(withoutSignsOfZero);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutSignsOfZero(entry)]));
}

class Money {
  readonly amount = 1;
}

test.each([
  [undefined, "the data is undefined, which JSON cannot hold"],
  [{ at: new Date(0) }, "at is of class Date, which JSON would not bring back"],
  [{ lines: [{ price: 1n }] }, "lines.0.price is a bigint, which JSON cannot hold"],
  [{ ratio: Number.NaN }, "ratio is NaN, which JSON has no number for"],
  [[undefined], "0 is undefined, which JSON cannot hold"],
  [new Map(), "the data is of class Map, which JSON would not bring back"],
  [{ price: new Money() }, "price is of class Money, which JSON would not bring back"],
  [{ toJSON: () => 1 }, "the data is of class Object, which JSON would not bring back"],
  [{ run: () => 1 }, "run is a function, which JSON cannot hold"],
  [
    Object.create(Object.create(Object.create(null))),
    "the data is of class unknown, which JSON would not bring back",
  ],
])("JSON says what is wrong with %o", (value, flaw) => {
  expect(jsonFlaw(value)).toBe(flaw);
});

test("JSON refuses a cycle", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  expect(jsonFlaw(cycle)).toMatch(/is nested deeper than 200 levels, or in a cycle$/);
});

test("JSON fails on bytes that are no text, instead of replacing them", () => {
  expect(() => jsonCodec.decoder("E")(new Uint8Array([34, 0xff, 34]))).toThrow(TypeError);
});
