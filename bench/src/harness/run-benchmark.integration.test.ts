import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../postgres/database.ts";
import type { Benchmark, Contender } from "./benchmark.ts";
import type { Measurement } from "./measurement.ts";
import { type RunOptions, runBenchmark } from "./run-benchmark.ts";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

const latency = { count: 1, meanMs: 1, p50Ms: 1, p90Ms: 1, p95Ms: 1, p99Ms: 1, p999Ms: 1, maxMs: 1 };
const figures: Measurement = {
  units: 1,
  seconds: 1,
  unitsPerSecond: 1,
  latency,
  cpuMicrosPerUnit: {},
  extras: {},
};

/** A contender that notes what is done with it. */
function noted(name: string, notes: string[], fail = false): Contender {
  const open: Contender["open"] = async () => ({
    measure: async () => {
      notes.push(name);
      if (fail) throw new Error(`${name} broke`);
      return figures;
    },
    [Symbol.asyncDispose]: async () => {
      notes.push(`${name} closed`);
    },
  });
  return { name, about: "notes what is done with it", open };
}

function benchmarkOf(open: Benchmark["open"]): Benchmark {
  return { name: "noted", summary: "notes", unit: "append", targets: [], open };
}

function options(runs: number, profile = false): RunOptions {
  return { database, runs, profile, aggregates: "own", warmUpMs: 1, measureMs: 1 };
}

test("runs contenders in turns, each beginning with the next, and closes each run after it", async () => {
  const notes: string[] = [];
  const contenders = ["a", "b", "c"].map((name) => noted(name, notes));
  const run = await runBenchmark(
    benchmarkOf(async () => contenders),
    options(3),
  );
  expect(notes.filter((note) => !note.endsWith("closed")).join("")).toBe("abcbcacab");
  expect(notes.slice(0, 4)).toEqual(["a", "a closed", "b", "b closed"]);
  expect(run.turns.map((turn) => turn.size)).toEqual([3, 3, 3]);
  expect(run.profiles).toEqual([]);
});

test("closes what contenders share when all is over, the last first, also after a failure", async () => {
  const notes: string[] = [];
  const open: Benchmark["open"] = async (bed) => {
    for (const name of ["tables", "server"]) {
      const close = async (): Promise<void> => {
        notes.push(name);
      };
      bed.closeLater({ [Symbol.asyncDispose]: close });
    }
    return [noted("a", notes, true)];
  };
  await expect(runBenchmark(benchmarkOf(open), options(2))).rejects.toThrow("a broke");
  expect(notes).toEqual(["a", "a closed", "server", "tables"]);
});

test("refuses two contenders of the same name, whose figures would be taken for one's", async () => {
  const open: Benchmark["open"] = async () => [noted("a", []), noted("a", [])];
  await expect(runBenchmark(benchmarkOf(open), options(1))).rejects.toThrow("same name");
});

test("runs each contender once more for a profile, whose figures are not counted", async () => {
  const notes: string[] = [];
  const run = await runBenchmark(
    benchmarkOf(async () => [noted("a", notes)]),
    options(1, true),
  );
  expect(notes.filter((note) => note === "a")).toHaveLength(2);
  expect(run.turns).toHaveLength(1);
  expect(run.profiles).toMatchObject([{ contender: "a", process: "client" }]);
  expect(run.profiles[0]?.profile.nodes.length).toBeGreaterThan(0);
});
