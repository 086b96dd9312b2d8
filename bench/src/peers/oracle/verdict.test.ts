import { expect, test } from "vitest";
import type { SeenEvent } from "../peer-log.ts";
import type { Readings } from "./observe.ts";
import { anomaliesIn } from "./verdict.ts";

function seen(...notes: string[]): SeenEvent[] {
  return notes.map((note, index) => ({ position: String(index + 1), stream: "account-1", note }));
}

const acknowledged = [["a1", "a2"], ["b1"], ["c1", "c2"]];
const all = ["b1", "a1", "a2", "c1", "c2"];
const right: Readings = { acknowledged, followed: seen(...all), caughtUp: seen(...all), log: seen(...all) };

test("finds nothing where every reader was given what was acknowledged, once and in one order", () => {
  expect(anomaliesIn(right)).toEqual([]);
});

test.each<[string, Partial<Readings>, object[]]>([
  [
    "an event that the follower was never given",
    { followed: seen("b1", "a1", "c1", "c2") },
    [{ kind: "lost", reader: "follower", count: 1, first: "a2" }],
  ],
  [
    "an event that a late consumer was never given",
    { caughtUp: seen("b1", "a1", "a2", "c1") },
    [{ kind: "lost", reader: "late consumer", count: 1, first: "c2" }],
  ],
  [
    "an event that the follower was given twice",
    { followed: seen("b1", "a1", "a2", "a1", "c1", "c2") },
    [{ kind: "twice", reader: "follower", count: 1, first: "a1" }],
  ],
  [
    "an event that was given after one that it precedes",
    { followed: seen("a1", "a2", "b1", "c1", "c2") },
    [{ kind: "reordered", reader: "follower", count: 1, first: "b1" }],
  ],
  [
    "an event that the log does not have",
    { caughtUp: seen(...all, "d1") },
    [{ kind: "invented", reader: "late consumer", count: 1, first: "d1" }],
  ],
  [
    "an acknowledged event that is not recorded",
    { acknowledged: [...acknowledged, ["d1"]] },
    [{ kind: "unrecorded", reader: "log", count: 1, first: "d1" }],
  ],
  [
    "a recorded event that nobody was told of",
    { acknowledged: acknowledged.slice(0, 2) },
    [{ kind: "invented", reader: "log", count: 2, first: "c1" }],
  ],
])("finds %s", (_, change, anomalies) => {
  expect(anomaliesIn({ ...right, ...change })).toEqual(anomalies);
});

test("finds an append whose events lie in another order than its own", () => {
  const log = seen("a2", "b1", "a1", "c1", "c2");
  expect(anomaliesIn({ acknowledged, followed: log, caughtUp: log, log })).toEqual([
    { kind: "disordered", reader: "log", count: 1, first: "a1" },
  ]);
});

test("finds an event that is recorded twice", () => {
  const log = seen(...all, "b1");
  expect(anomaliesIn({ ...right, log }).filter(({ reader }) => reader === "log")).toEqual([
    { kind: "twice", reader: "log", count: 1, first: "b1" },
  ]);
});
