import { expect, test } from "vitest";
import { LatencyHistogram } from "./latency-histogram.ts";

test("knows percentiles to three significant digits", () => {
  const histogram = new LatencyHistogram();
  for (let latencyMs = 1; latencyMs <= 1000; latencyMs++) histogram.record(latencyMs);
  const summary = histogram.summary();
  expect(summary.count).toBe(1000);
  const near = (actual: number, wanted: number): void =>
    expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(wanted / 500);
  near(summary.p50Ms, 500);
  near(summary.p90Ms, 900);
  near(summary.p99Ms, 990);
  near(summary.p999Ms, 999);
  near(summary.maxMs, 1000);
  near(summary.meanMs, 500.5);
});

test("tells a microsecond from two, and clamps what lies beyond its bounds", () => {
  const histogram = new LatencyHistogram();
  histogram.record(0.002);
  expect(histogram.summary().maxMs).toBeCloseTo(0.002, 4);
  histogram.record(0);
  histogram.record(-1);
  expect(histogram.summary().p50Ms).toBeCloseTo(0.001, 4);
  histogram.record(10 ** 9);
  expect(Math.abs(histogram.summary().maxMs - 600_000)).toBeLessThan(600);
});

test("is all zero when nothing was recorded", () => {
  expect(new LatencyHistogram().summary()).toEqual({
    count: 0,
    meanMs: 0,
    p50Ms: 0,
    p90Ms: 0,
    p95Ms: 0,
    p99Ms: 0,
    p999Ms: 0,
    maxMs: 0,
  });
});
