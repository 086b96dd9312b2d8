import { expect, test } from "vitest";
import { amissColumns, type OracleRun, sumsOf } from "./oracle-result.ts";
import type { Anomaly } from "./verdict.ts";

function run(seed: number, writers: number, anomalies: readonly Anomaly[]): OracleRun {
  const plan = { seed, writers, events: 10, eventsPerAppendMax: 20, streams: 200 };
  return { peer: "act", plan, acknowledgedAppends: 2, acknowledgedEvents: 11, recordedEvents: 11, anomalies };
}

test("sums up what was amiss by store and writers, and names the seeds that show it", () => {
  const runs = [
    run(1, 8, [{ kind: "lost", reader: "follower", count: 3, first: "a" }]),
    run(1, 64, []),
    run(2, 8, []),
    run(3, 8, [
      { kind: "lost", reader: "follower", count: 4, first: "b" },
      { kind: "lost", reader: "late consumer", count: 5, first: "c" },
      { kind: "reordered", reader: "late consumer", count: 6, first: "d" },
      { kind: "unrecorded", reader: "log", count: 7, first: "e" },
    ]),
  ];
  expect(amissColumns).toEqual(["follower lost", "twice", "reordered", "late consumer lost", "other"]);
  expect(sumsOf(runs)).toEqual([
    { peer: "act", writers: 8, runs: 3, events: 33, amiss: [7, 0, 0, 5, 13], seeds: [1, 3] },
    { peer: "act", writers: 64, runs: 1, events: 11, amiss: [0, 0, 0, 0, 0], seeds: [] },
  ]);
});
