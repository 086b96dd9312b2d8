import { expect, test } from "vitest";
import { watchMemory } from "./memory-watch.ts";

test("tells the least and the most that was seen, buffers outside the heap included", () => {
  const mib = 2 ** 20;
  const seen = [
    { rss: 100 * mib, heapTotal: 0, heapUsed: 10 * mib, external: 5 * mib, arrayBuffers: 0 },
    { rss: 90 * mib, heapTotal: 0, heapUsed: 40 * mib, external: 1 * mib, arrayBuffers: 0 },
  ];
  let looked = 0;
  const stop = watchMemory(1_000_000, () => seen[looked++]!);
  expect(stop()).toEqual({ rssMinMiB: 90, rssMaxMiB: 100, heapMinMiB: 15, heapMaxMiB: 41 });
});

test("looks at this process by itself", () => {
  const range = watchMemory()();
  expect(range.rssMinMiB).toBeGreaterThan(10);
  expect(range.rssMaxMiB).toBeGreaterThanOrEqual(range.rssMinMiB);
  expect(range.heapMaxMiB).toBeGreaterThan(1);
});
