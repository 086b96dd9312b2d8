import fc from "fast-check";
import { expect, it } from "vitest";
import { RecentMap } from "./recent-map.ts";

function keyAndGroup(entry: string): [key: string, group: string] {
  const key = /^\d+/.exec(entry)![0];
  return [key, entry.slice(key.length)];
}

it("always has the newest entries, never more than its bound after trimming, and the last value of each", () => {
  const operation = fc.oneof(
    { weight: 9, arbitrary: fc.tuple(fc.nat(13), fc.constantFrom("", "a", "b")) },
    { weight: 3, arbitrary: fc.constant("trim" as const) },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 20 }),
      fc.array(operation, { maxLength: 300 }),
      (max, operations) => {
        const map = new RecentMap<number>(max);
        const last = new Map<string, number>();
        const get = (entry: string): number | undefined => map.get(...keyAndGroup(entry));
        const has = (entry: string): boolean => map.has(...keyAndGroup(entry));
        /** Key and group of each entry, in the order in which they were set last. */
        let order: string[] = [];
        operations.forEach((step, i) => {
          if (step === "trim") {
            map.trim();
            const kept = order.filter(has).length;
            const sinceTrim = order.slice(-Math.ceil(max / 2));
            for (const entry of sinceTrim) expect(get(entry)).toBe(last.get(entry));
            expect(kept).toBeGreaterThanOrEqual(Math.min(order.length, Math.ceil(max / 2)));
            return;
          }
          const [key, group] = step;
          const entry = `${key}${group}`;
          map.set(String(key), i, group);
          last.set(entry, i);
          order = [...order.filter((other) => other !== entry), entry];
          expect(get(entry)).toBe(i);
        });
        for (const [entry, value] of last) if (has(entry)) expect(get(entry)).toBe(value);
        map.clear();
        for (const entry of last.keys()) expect(has(entry)).toBe(false);
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
