import { expect, test } from "vitest";
import { drift, watchMemory } from "./memory-watch.ts";

test("tells the least and the most that was seen, buffers outside the heap included", () => {
  const mib = 2 ** 20;
  const seen = [
    { rss: 100 * mib, heapTotal: 0, heapUsed: 10 * mib, external: 5 * mib, arrayBuffers: 0 },
    { rss: 90 * mib, heapTotal: 0, heapUsed: 40 * mib, external: 1 * mib, arrayBuffers: 0 },
  ];
  let looked = 0;
  const stop = watchMemory(1_000_000, () => seen[looked++]!);
  expect(stop()).toMatchObject({ rssMinMiB: 90, rssMaxMiB: 100, heapMinMiB: 15, heapMaxMiB: 41 });
});

test("looks at this process by itself", () => {
  const range = watchMemory()();
  expect(range.rssMinMiB).toBeGreaterThan(10);
  expect(range.rssMaxMiB).toBeGreaterThanOrEqual(range.rssMinMiB);
  expect(range.heapMaxMiB).toBeGreaterThan(1);
});

test("tells memory that grows from memory that saws up and down, and leaves out how it began", () => {
  const held = Array.from({ length: 100 }, (_, sample) => 100 + sample * 5);
  expect(drift(held)).toBe(250);
  const sawing = Array.from({ length: 100 }, (_, sample) => (sample < 20 ? 50 : 100) + (sample % 8) * 10);
  expect(Math.abs(drift(sawing))).toBeLessThanOrEqual(10);
  expect(drift([100, 90])).toBe(-10);
});
