import { ConcurrencyConflictError, DuplicateEventIdError, exact, type Violation } from "@leftfold/core";
import { expect, test } from "vitest";
import { noneOf } from "../builders/events.ts";
import { aRecordedEvent } from "../builders/recorded-event.ts";
import { LogIndex } from "./log-index.ts";
import { rejectionFaults } from "./rejection-faults.ts";
import { attemptOf } from "./storm-attempt.ts";

const event = (globalNonce: bigint, aggregateNonce: bigint, eventId: string) =>
  aRecordedEvent({
    globalNonce,
    aggregateId: "a",
    aggregateNonce,
    eventId,
    tags: globalNonce === 2n ? ["claim:1"] : [],
    payload: new TextEncoder().encode(`x${globalNonce}.0`),
  });
const index = new LogIndex([event(1n, 1n, "i1"), event(2n, 2n, "i2"), event(3n, 3n, "i3")]);

function faults(error: ConcurrencyConflictError | DuplicateEventIdError, knownTo: bigint): string[] {
  const parts = [{ aggregateId: "a", expected: exact(9n), eventCount: 1 }];
  const plan = { parts, claim: undefined, guarded: false, keyed: false, doubled: false, reusesId: false };
  const { request, ...rest } = attemptOf(plan, { name: "y", knownTo, takenId: undefined });
  const conditions = [noneOf([{ tags: ["claim:1"] }])];
  const attempt = { ...rest, request: { ...request, conditions } };
  return rejectionFaults({ attempt, outcome: { kind: "rejected", error, knownTo } }, index);
}

const conflict = (violation: Violation): ConcurrencyConflictError =>
  new ConcurrencyConflictError([violation]);
const nonce = (actual: bigint): ConcurrencyConflictError =>
  conflict({ kind: "expectation", aggregateType: "storm", aggregateId: "a", expected: exact(9n), actual });
const match = (globalNonce: bigint): ConcurrencyConflictError =>
  conflict({ kind: "condition", index: 0, globalNonce });

test("nothing is wrong about a rejection that was true when it was decided", () => {
  for (const actual of [2n, 3n]) expect(faults(nonce(actual), 2n)).toEqual([]);
  expect(faults(match(2n), 0n)).toEqual([]);
  expect(faults(new DuplicateEventIdError(["i3"]), 0n)).toEqual([]);
});

test.each([
  ["a nonce of before", nonce(1n), "y.0 was rejected for a at 1, which went from 2 to 3."],
  ["a nonce that never came", nonce(4n), "y.0 was rejected for a at 4, which went from 2 to 3."],
  [
    "a match that is none",
    match(3n),
    "y.0 was rejected for the event at 3, where the first one that its condition forbids is at 2.",
  ],
  [
    "an event id that nobody has",
    new DuplicateEventIdError(["i2", "i4"]),
    "y.0 was rejected for the event id i4, which is not there.",
  ],
])("a rejection is found that rests on %s", (_, error, finding) => {
  expect(faults(error, 2n)).toEqual([finding]);
});
