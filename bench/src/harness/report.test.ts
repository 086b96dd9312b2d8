import { expect, test } from "vitest";
import { type Benchmark, extraAtMost, p99Ratio, rateRatio, rateRatioToBest, type Turn } from "./benchmark.ts";
import type { Measurement } from "./measurement.ts";
import { report } from "./report.ts";
import { figure, reportText } from "./report-text.ts";

function measured(unitsPerSecond: number, extras: Record<string, number> = {}): Measurement {
  const latency = { count: 1, meanMs: 2, p50Ms: 2, p90Ms: 2, p95Ms: 2.5, p99Ms: 3, p999Ms: 4, maxMs: 4 };
  return {
    units: unitsPerSecond,
    seconds: 1,
    unitsPerSecond,
    latency,
    cpuMicrosPerUnit: { client: 12.34 },
    extras,
  };
}

const open = async (): Promise<never> => {
  throw new Error("Nobody opens this benchmark.");
};
const benchmark: Benchmark = {
  name: "append-9",
  summary: "nine writers",
  unit: "append",
  targets: [
    rateRatio("new", "old", 10),
    rateRatio("new", "old", 20),
    extraAtMost("new", "growthMiB", 64, "MiB"),
    rateRatioToBest("new", "the best", ["old", "new"]),
    p99Ratio("new", "old", 0.5),
  ],
  parameters: { writers: 9 },
  open,
};
const contenders = [
  { name: "new", about: "the new way", open },
  { name: "old", about: "the old way", open },
];
const turns: Turn[] = [
  new Map([
    ["new", measured(10_000, { growthMiB: 3 })],
    ["old", measured(1000)],
  ]),
  new Map([
    ["new", measured(24_000, { growthMiB: 5 })],
    ["old", measured(2000)],
  ]),
  new Map([
    ["new", measured(60_000, { growthMiB: 80 })],
    ["old", measured(2000)],
  ]),
];

test("takes ratios within a turn, and their median over the turns", () => {
  const { targets } = report(benchmark, { contenders, turns, profiles: [] });
  expect(targets[0]).toMatchObject({
    values: [10, 12, 30],
    median: 12,
    min: 10,
    max: 30,
    atLeast: 10,
    met: true,
  });
  expect(targets[1]).toMatchObject({ atLeast: 20, met: false });
  expect(targets[2]).toMatchObject({ median: 5, max: 80, atMost: 64, met: true });
  expect(targets[3]).toMatchObject({ median: 1 });
  expect(targets[3]).not.toHaveProperty("met");
  expect(targets[4]).toMatchObject({ median: 1, atMost: 0.5, met: false });
});

test("reports each contender by its medians, and keeps every run", () => {
  const { parameters, contenders: reported } = report(benchmark, { contenders, turns, profiles: [] });
  const [first, second] = reported;
  expect(parameters).toEqual({ writers: 9 });
  expect(first).toMatchObject({
    name: "new",
    unitsPerSecond: { median: 24_000, min: 10_000, max: 60_000 },
    latencyMs: { p50: 2, p95: 2.5, p99: 3, p999: 4 },
    cpuMicrosPerUnit: { client: 12.34 },
    extras: { growthMiB: 5 },
  });
  expect(first?.runs).toHaveLength(3);
  expect(second?.extras).toEqual({});
});

test("names the contender that a target asks for in vain", () => {
  const wrong: Benchmark = { ...benchmark, targets: [rateRatio("new", "older", 2)] };
  expect(() => report(wrong, { contenders, turns, profiles: [] })).toThrow('"older"; there are new, old');
});

test("prints a table with a line per contender and one per target that says pass or short", () => {
  const lines = reportText(report(benchmark, { contenders, turns, profiles: [] })).split("\n");
  expect(lines).toEqual([
    "append-9: nine writers",
    "",
    "contender  appends/s        min–max  p50 ms  p95 ms  p99 ms  p99.9 ms  client µs/append",
    "─────────  ─────────  ─────────────  ──────  ──────  ──────  ────────  ────────────────  ──────────────",
    "new           24,000  10,000–60,000    2.00    2.50    3.00      4.00              12.3  growthMiB 5.00",
    "old            2,000    1,000–2,000    2.00    2.50    3.00      4.00              12.3",
    "",
    "target              wanted    median    min–max",
    "────────────────  ────────  ────────  ─────────  ─────",
    "new / old           ≥ 10 x    12.0 x  10.0–30.0  pass",
    "new / old           ≥ 20 x    12.0 x  10.0–30.0  short",
    "new: growthMiB    ≤ 64 MiB  5.00 MiB  3.00–80.0  pass",
    "new / the best           –    1.00 x  1.00–1.00",
    "p99 of new / old   ≤ 0.5 x    1.00 x  1.00–1.00  short",
    "",
  ]);
});

test("prints numbers with as many digits as say something", () => {
  expect([43_210.4, 123.4, 12.34, 1.234, 0.0842, 0].map(figure)).toEqual([
    "43,210",
    "123",
    "12.3",
    "1.23",
    "0.084",
    "0.000",
  ]);
  expect(figure(undefined)).toBe("–");
  expect(figure(Number.NaN)).toBe("–");
});
