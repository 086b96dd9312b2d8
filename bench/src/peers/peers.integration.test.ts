import { afterAll, beforeAll, expect, test } from "vitest";
import { peerBenchmarks } from "../benchmarks/peer-benchmarks.ts";
import { report } from "../harness/report.ts";
import { type RunOptions, runBenchmark } from "../harness/run-benchmark.ts";
import { type Database, openDatabase } from "../postgres/database.ts";
import { openEmmettSchema } from "./emmett-schema.ts";
import type { Readings, WritingPlan } from "./oracle/observe.ts";
import { runOracle } from "./oracle/run-oracle.ts";
import { anomaliesIn } from "./oracle/verdict.ts";
import { type PeerName, peerNames } from "./peer-log.ts";
import { startPeer } from "./peer-process.ts";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

function plan(writers: number): WritingPlan {
  return { seed: 7, writers, events: 200, eventsPerAppendMax: 5, streams: 10 };
}

async function observed(peer: PeerName): Promise<Readings> {
  await using store = await startPeer(database, peer, { connections: 2 });
  return await store.observe(plan(1));
}

/** What is in each stream, whatever the store calls its positions. */
function streamsOf({ log }: Readings): Map<string, string[]> {
  const grouped = Map.groupBy(log, ({ stream }) => stream);
  return new Map([...grouped].sort().map(([stream, events]) => [stream, events.map(({ note }) => note)]));
}

test("records the same streams in every store, and each of its readers is given them", {
  timeout: 90_000,
}, async () => {
  const expected = await observed("in process");
  expect(expected.acknowledged.flat().length).toBeGreaterThanOrEqual(200);
  for (const peer of peerNames) {
    const readings = await observed(peer);
    // With a single writer nothing can be overtaken.
    expect(anomaliesIn(readings), peer).toEqual([]);
    expect(streamsOf(readings), peer).toEqual(streamsOf(expected));
  }
});

test.each(["in process", "through the server"] as const)(
  "finds nothing amiss with Leftfold %s while many write",
  async (peer) => {
    const { anomalies, acknowledgedEvents, recordedEvents } = await runOracle(database, peer, plan(16));
    expect(anomalies).toEqual([]);
    expect(recordedEvents).toBe(acknowledgedEvents);
  },
);

test("refuses a database that has another Emmett, whose functions would be taken for its own", async () => {
  const schema = database.freshSchema();
  await database.sql.unsafe(
    `create schema "${schema}"; create function "${schema}".emt_append_to_stream() returns int language sql as 'select 1'`,
  );
  await expect(openEmmettSchema(database)).rejects.toThrow(schema);
  await database.dropSchema(schema);
  await using there = await openEmmettSchema(database);
  expect(new URL(there.url).search).toContain(there.schema);
});

const briefly: Omit<RunOptions, "database"> = {
  runs: 1,
  events: 300,
  profile: false,
  aggregates: "own",
  warmUpMs: 20,
  measureMs: 100,
};
const tried = ["peer-goals-catch-up", "peer-append-8", "peer-append-hot", "peer-conditional", "peer-mixed"];

test.each(tried)(
  "%s: every contender gets something done, and every ratio has a value",
  { timeout: 90_000 },
  async (name) => {
    const benchmark = peerBenchmarks.find((each) => each.name === name)!;
    const { contenders, targets } = report(
      benchmark,
      await runBenchmark(benchmark, { ...briefly, database }),
    );
    expect(contenders.length).toBeGreaterThan(2);
    for (const contender of contenders) {
      expect(contender.unitsPerSecond.median, contender.name).toBeGreaterThan(0);
      expect(contender.latencyMs.p95, contender.name).toBeGreaterThan(0);
    }
    for (const { label, median } of targets) expect(median, label).toBeGreaterThan(0);
  },
);

test("promises of appends beside Emmett have what was wanted of them, and name contenders that are there", () => {
  const benchmark = peerBenchmarks.find(({ name }) => name === "peer-goals-append")!;
  expect(benchmark.targets.map(({ atLeast, atMost }) => atLeast ?? atMost)).toEqual([10, 5, 1, 1, 1, 0.5]);
});
