import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countBelow, countWithin, everyPosition, mergedPositions, spanOf } from "./positions.ts";

describe("the span of a read", () => {
  test.each([
    [{ direction: "forwards" }, { low: 1, high: 9 }],
    [{ direction: "backwards" }, { low: 1, high: 9 }],
    [
      { direction: "forwards", from: 3n, to: 5n },
      { low: 3, high: 5 },
    ],
    [
      { direction: "backwards", from: 5n, to: 3n },
      { low: 3, high: 5 },
    ],
    [
      { direction: "forwards", from: 3n },
      { low: 3, high: 9 },
    ],
    [
      { direction: "backwards", from: 3n },
      { low: 1, high: 3 },
    ],
    [
      { direction: "forwards", to: 99n },
      { low: 1, high: 9 },
    ],
    [
      { direction: "backwards", from: 99n, to: 9n },
      { low: 9, high: 9 },
    ],
  ] as const)("%o of a log of 9", (bounds, span) => {
    expect(spanOf(9n, bounds)).toEqual(span);
  });

  test.each([
    [0n, { direction: "forwards" }],
    [9n, { direction: "forwards", from: 10n }],
    [9n, { direction: "forwards", from: 5n, to: 3n }],
    [9n, { direction: "backwards", from: 3n, to: 5n }],
    [9n, { direction: "forwards", from: 2n ** 63n - 1n }],
  ] as const)("holds nothing for %s %o", (length, bounds) => {
    const span = spanOf(length, bounds);
    expect([...everyPosition(span, bounds.direction)]).toEqual([]);
    expect(countWithin([1, 5, 9], span)).toBe(0);
  });
});

const ascending = fc.uniqueArray(fc.integer({ min: 1, max: 60 })).map((list) => list.sort((a, b) => a - b));
const span = fc.record({ low: fc.integer({ min: 1, max: 65 }), high: fc.integer({ min: 0, max: 65 }) });
const direction = fc.constantFrom("forwards" as const, "backwards" as const);

test("positions are counted as a filter would count them", () => {
  fc.assert(
    fc.property(ascending, span, (list, { low, high }) => {
      expect(countBelow(list, low)).toBe(list.filter((position) => position < low).length);
      const within = list.filter((position) => position >= low && position <= high).length;
      expect(countWithin(list, { low, high })).toBe(within);
    }),
  );
});

test("lists are merged into what they hold of a span, in order and each position once", () => {
  fc.assert(
    fc.property(fc.array(ascending, { maxLength: 4 }), span, direction, (lists, { low, high }, direction) => {
      const all = [...new Set(lists.flat())].filter((position) => position >= low && position <= high);
      const ordered = all.sort((a, b) => (direction === "forwards" ? a - b : b - a));
      expect([...mergedPositions(lists, { low, high }, direction)]).toEqual(ordered);
    }),
    { numRuns: 1000 },
  );
});

test("a merge that is under way sees nothing of what its lists get beyond its span", () => {
  const list = [1, 2];
  const merge = mergedPositions([list], { low: 1, high: 2 }, "forwards");
  merge.next();
  list.push(3);
  expect([...merge]).toEqual([2]);
});
