import { expect, test } from "vitest";
import { spread } from "./spread.ts";

test("takes the middle of an odd number of values, in whatever order they come", () => {
  expect(spread([9, 1, 100])).toEqual({ median: 9, min: 1, max: 100 });
});

test("takes the mean of the middle two of an even number", () => {
  expect(spread([4, 1, 2, 100])).toEqual({ median: 3, min: 1, max: 100 });
});

test("leaves the values as they were", () => {
  const values = [3, 1, 2];
  spread(values);
  expect(values).toEqual([3, 1, 2]);
});

test("has nothing to say of no values", () => {
  expect(() => spread([])).toThrow(RangeError);
});
