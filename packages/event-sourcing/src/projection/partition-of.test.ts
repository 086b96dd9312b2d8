import fc from "fast-check";
import { expect, test } from "vitest";
import { partitionOf } from "./partition-of.ts";

test("stays as it is: checkpoints of partitions rest on it", () => {
  expect(["", "ann", "bob", "äöü", "account-17"].map((key) => partitionOf(key, 16))).toMatchInlineSnapshot(`
    [
      1,
      0,
      6,
      7,
      8,
    ]
  `);
});

test("gives every key one of the partitions", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 64 }), (key, count) => {
      const partition = partitionOf(key, count);
      expect(partition).toBeGreaterThanOrEqual(0);
      expect(partition).toBeLessThan(count);
    }),
  );
});

test("spreads numbered keys evenly", () => {
  const sizes = new Array<number>(8).fill(0);
  for (let i = 0; i < 8_000; i++) sizes[partitionOf(`account-${i}`, 8)]!++;
  expect(Math.min(...sizes)).toBeGreaterThan(850);
  expect(Math.max(...sizes)).toBeLessThan(1150);
});
