import { expect, test } from "vitest";
import {
  any,
  describeExpected,
  exact,
  holds,
  noStream,
  pinnedNonce,
  streamExists,
} from "./expected-nonce.ts";

const actuals = [0n, 1n, 7n];

test.each([
  ["exact(0)", exact(0n), [true, false, false]],
  ["exact(7)", exact(7n), [false, false, true]],
  ["noStream", noStream, [true, false, false]],
  ["streamExists", streamExists, [false, true, true]],
  ["any", any, [true, true, true]],
])("%s holds for the aggregates that it describes and for no others", (words, expected, answers) => {
  expect(actuals.map((actual) => holds(expected, actual))).toEqual(answers);
  expect(describeExpected(expected)).toBe(words);
});

test("only exact and noStream pin down a nonce", () => {
  expect([exact(7n), exact(0n), noStream, streamExists, any].map(pinnedNonce)).toEqual([
    7n,
    0n,
    0n,
    undefined,
    undefined,
  ]);
});

test("the shared expectations cannot be changed", () => {
  for (const shared of [noStream, streamExists, any]) expect(Object.isFrozen(shared)).toBe(true);
});
