import fc from "fast-check";
import { expect, it } from "vitest";
import { RecentMap } from "./recent-map.ts";

it("always has the newest entries, never more than its bound after trimming, and the last value of each", () => {
  const operation = fc.oneof(
    { weight: 9, arbitrary: fc.nat(40) },
    { weight: 3, arbitrary: fc.constant("trim" as const) },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 20 }),
      fc.array(operation, { maxLength: 300 }),
      (max, operations) => {
        const map = new RecentMap<number>(max);
        const last = new Map<string, number>();
        /** Keys in the order in which they were set last. */
        let order: string[] = [];
        operations.forEach((step, i) => {
          if (step === "trim") {
            map.trim();
            const kept = order.filter((key) => map.has(key)).length;
            const sinceTrim = order.slice(-Math.ceil(max / 2));
            for (const key of sinceTrim) expect(map.get(key)).toBe(last.get(key));
            expect(kept).toBeGreaterThanOrEqual(Math.min(order.length, Math.ceil(max / 2)));
            return;
          }
          const key = String(step);
          map.set(key, i);
          last.set(key, i);
          order = [...order.filter((other) => other !== key), key];
          expect(map.get(key)).toBe(i);
        });
        for (const [key, value] of last) if (map.has(key)) expect(map.get(key)).toBe(value);
        map.clear();
        for (const key of last.keys()) expect(map.has(key)).toBe(false);
      },
    ),
  );
});

it("lets go of the older half when the newer one is full", () => {
  const map = new RecentMap<number>(4);
  for (let i = 1; i <= 6; i++) {
    map.set(`k${i}`, i);
    map.trim();
  }
  expect([1, 2, 3, 4, 5, 6].map((i) => map.get(`k${i}`))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    5,
    6,
  ]);
});
