import { expect, test } from "vitest";
import { soak } from "../benchmarks/soak.ts";
import { report } from "../harness/report.ts";
import { atRest } from "./at-rest.ts";
import { roundsOf, soakPlan } from "./soak-plan.ts";
import { driftMax, drifts, SoakSamples, type SoakSeries } from "./soak-series.ts";

const rounds = 96;

/** What each series looks like when nothing leaks: about the same each time, the heap with saw teeth. */
function healthy(): Record<string, number[]> {
  const series: Record<string, number[]> = {};
  for (const name of Object.keys(driftMax)) {
    const noise = name.endsWith("MiB") ? 3 : name.endsWith("warnings") ? 0 : 1;
    series[name] = Array.from({ length: rounds }, (_, round) => 40 + (round % 3) * noise);
  }
  return series;
}

/** Of which series the verdict says that they leak. */
function leaks(series: SoakSeries): string[] {
  const extras = drifts(series);
  const latency = { count: 0, meanMs: 0, p50Ms: 0, p90Ms: 0, p95Ms: 0, p99Ms: 0, p999Ms: 0, maxMs: 0 };
  const measured = { units: 1, seconds: 1, unitsPerSecond: 1, latency, cpuMicrosPerUnit: {}, extras, series };
  const name = "client and server";
  const contender = { name, about: "", open: () => Promise.reject(new Error("Nobody opens it.")) };
  const { targets } = report(soak, {
    contenders: [contender],
    turns: [new Map([[name, measured]])],
    profiles: [],
  });
  return targets.filter(({ met }) => met !== true).map(({ label }) => label);
}

test("finds no leak where everything stays about the same", () => {
  expect(leaks(healthy())).toEqual([]);
});

test("does not hold against a process what it takes to get going", () => {
  const series = healthy();
  for (const values of Object.values(series))
    for (let round = 0; round < rounds / 8; round++) values[round] = 1;
  expect(leaks(series)).toEqual([]);
});

test.each(Object.keys(driftMax))("finds a leak of %s, as slow as one or two a round", (name) => {
  const series = healthy();
  const each = name.includes("RSS") ? 2 : 1;
  series[name] = (series[name] ?? []).map((value, round) => value + round * each);
  expect(leaks(series)).toEqual([expect.stringContaining(name)]);
});

test("takes a series that is not there for a failure, not for a success", () => {
  const { "server open files": _, ...rest } = healthy();
  expect(leaks(rest)).toEqual([expect.stringContaining("server open files")]);
});

test("keeps samples as series, in the order in which they were taken", () => {
  const samples = new SoakSamples();
  for (const handles of [3, 4]) samples.addProcess("client", { handles });
  samples.add("appends/s", 1000);
  expect(samples.series).toEqual({ "client handles": [3, 4], "appends/s": [1000] });
  expect(samples.latest()).toBe("client handles 4.00, appends/s 1,000");
});

test("a day is 4.3 million appends, 1,440 reconnects of each subscriber, 24 rebuilds and two restarts", () => {
  const plan = soakPlan(24);
  const all = roundsOf(plan);
  expect(all.length * plan.appendsPerRound).toBe(4_320_000);
  expect(all.length * plan.reconnectsPerRound).toBe(1440);
  expect(all.filter(({ rebuilds }) => rebuilds)).toHaveLength(24);
  expect(all.filter(({ restartsServer }) => restartsServer)).toHaveLength(2);
});

test("looks until a process is at rest, and no longer than that makes sense", async () => {
  const waited: number[] = [];
  const sequence = (...files: number[]) => {
    let look = 0;
    return async () => ({ "open files": files[Math.min(look++, files.length - 1)]!, handles: 1 });
  };
  const wait = async (): Promise<void> => {
    waited.push(1);
  };
  expect(await atRest(sequence(9, 7, 5, 5, 4), wait)).toMatchObject({ "open files": 5 });
  expect(waited).toHaveLength(3);
  let files = 0;
  await atRest(async () => ({ "open files": files++, handles: 1 }), wait);
  expect(files).toBe(6);
});
