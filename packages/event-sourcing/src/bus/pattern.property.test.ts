import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesPattern } from "./pattern.ts";

test("a star stands for any text, and everything else for itself", () => {
  for (const [pattern, text, matches] of [
    ["Order*", "OrderPlaced", true],
    ["Order*", "Order", true],
    ["*Placed", "OrderPlaced", true],
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["Order/*", "Order", false],
    ["a.c", "abc", false],
    ["ab*ba", "aba", false],
    ["a*a*a", "aa", false],
    ["a*b*c", "aXbYc", true],
    ["a*b*c", "aXcYc", false],
  ] as const) {
    expect([pattern, text, matchesPattern(pattern, text)]).toEqual([pattern, text, matches]);
  }
});

test("patterns mean what the regular expression means that they stand for", () => {
  const few = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, few, (glob, text) => {
      const expression = new RegExp(`^${glob.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
      expect(matchesPattern(glob, text)).toBe(expression.test(text));
    }),
    { numRuns: 2_000 },
  );
});
