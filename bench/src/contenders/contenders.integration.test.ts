import { afterAll, beforeAll, expect, test } from "vitest";
import { append1 } from "../benchmarks/append-1.ts";
import { append64 } from "../benchmarks/append-64.ts";
import { appendPort64 } from "../benchmarks/append-port-64.ts";
import { appendRate } from "../benchmarks/append-rate.ts";
import { appendRemote64 } from "../benchmarks/append-remote-64.ts";
import { selectAll } from "../benchmarks/read-all-100k.ts";
import type { Benchmark, TestBed } from "../harness/benchmark.ts";
import { report } from "../harness/report.ts";
import { type RunOptions, runBenchmark } from "../harness/run-benchmark.ts";
import { type Database, openDatabase } from "../postgres/database.ts";
import { aggregateChoices } from "../workload/aggregate-choice.ts";
import { readContenders } from "./read-contenders.ts";
import { count } from "./read-trial.ts";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

const briefly = { runs: 1, profile: false, aggregates: "own", warmUpMs: 20, measureMs: 200 } as const;

function options(): RunOptions {
  return { ...briefly, database };
}

test.each<Benchmark>([append64, append1, appendRemote64, appendPort64, appendRate])(
  "$name: every contender gets something done, and every target has a value",
  async (benchmark) => {
    const { contenders, targets } = report(benchmark, await runBenchmark(benchmark, options()));
    expect(contenders.length).toBeGreaterThan(1);
    for (const { name, unitsPerSecond, latencyMs } of contenders) {
      expect(unitsPerSecond.median, name).toBeGreaterThan(0);
      expect(latencyMs.p50, name).toBeGreaterThan(0);
    }
    for (const { label, median } of targets) expect(median, label).toBeGreaterThan(0);
  },
);

test.each(aggregateChoices)(
  "appends to %s aggregates without a conflict, whoever appends",
  async (aggregates) => {
    const { contenders } = await runBenchmark(append64, { ...options(), aggregates, measureMs: 50 });
    expect(contenders).toHaveLength(5);
  },
);

test("reads the same number of events in every way", async () => {
  const resources: AsyncDisposable[] = [];
  const bed: TestBed = { ...options(), closeLater: (resource) => resources.push(resource), measureMs: 1 };
  const shape = { aggregates: 7, eventsPerAggregate: 301 };
  try {
    const contenders = await readContenders(bed, shape, {
      ofStore: (store) => count(store.readAll()),
      ofColumns: selectAll,
    });
    expect(contenders).toHaveLength(3);
    for (const { name, open } of contenders) {
      const { units, latency } = await (await open()).measure();
      expect(units / latency.count, name).toBe(7 * 301);
    }
  } finally {
    for (const resource of resources.reverse()) await resource[Symbol.asyncDispose]();
  }
});
