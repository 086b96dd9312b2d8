import { expect, test } from "vitest";
import { measuredByPgbench } from "./pgbench-log.ts";

test("counts the transactions that end after the warm-up and before the end", () => {
  // From 1000.000 s on: one in the warm-up, two in the window, one after it.
  const log = [
    "0 1 50000 0 1000 50000",
    "0 2 60000 0 1000 110000",
    "1 1 90000 0 1000 190000",
    "0 3 9000 0 1000 205000",
  ];
  const measured = measuredByPgbench(`${log.join("\n")}\n`, 10, { warmUpMs: 100, measureMs: 100 });
  expect(measured).toMatchObject({ units: 20, unitsPerSecond: 200, latency: { count: 2 } });
  expect(measured.latency.p50Ms).toBeCloseTo(60, 0);
  expect(measured.latency.maxMs).toBeCloseTo(90, 0);
});

test("counts nothing in an empty log", () => {
  expect(measuredByPgbench("", 1, { warmUpMs: 0, measureMs: 1000 }).units).toBe(0);
});
