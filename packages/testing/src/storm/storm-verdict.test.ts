import {
  type AppendResult,
  any,
  ConcurrencyConflictError,
  type ExpectedNonce,
  exact,
  noStream,
  type RecordedEvent,
} from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { aRecordedEvent } from "../builders/recorded-event.ts";
import { type Attempt, attemptOf } from "./storm-attempt.ts";
import type { Glimpse } from "./storm-glimpses.ts";
import { type Outcome, StormLedger } from "./storm-ledger.ts";
import type { Plan } from "./storm-plan.ts";
import { contradictionsIn, differences } from "./storm-verdict.ts";

function attempt(
  name: string,
  eventCount: number,
  fields: Partial<Plan> & { expected?: ExpectedNonce } = {},
): Attempt {
  const { expected = any, ...plan } = fields;
  const parts = [{ aggregateId: "a", expected, eventCount }];
  const nothing = { claim: undefined, guarded: false, keyed: false, doubled: false, reusesId: false };
  return attemptOf({ parts, ...nothing, ...plan }, { name, knownTo: 0n, takenId: undefined });
}

function acknowledged(first: bigint, last: bigint, aggregateNonce = last, knownTo = 0n): Outcome {
  const aggregates = [{ aggregateType: "storm", aggregateId: "a", aggregateNonce }];
  const result: AppendResult = {
    firstGlobalNonce: first,
    lastGlobalNonce: last,
    aggregates,
    replayed: false,
  };
  return { kind: "acknowledged", result, knownTo };
}

function event(globalNonce: bigint, label: string, fields: Partial<RecordedEvent> = {}): RecordedEvent {
  return aRecordedEvent({
    globalNonce,
    aggregateId: "a",
    payload: new TextEncoder().encode(label),
    ...fields,
  });
}

function verdict(
  log: readonly RecordedEvent[],
  ...entries: readonly (readonly [Attempt, Outcome])[]
): string[] {
  const ledger = new StormLedger();
  for (const [tried, outcome] of entries) ledger.settle(tried, outcome);
  return contradictionsIn(log, ledger);
}

function looked(at: readonly RecordedEvent[], glimpse: Partial<Glimpse>): string[] {
  const ledger = new StormLedger();
  ledger.settle(attempt("x", 2), acknowledged(1n, 2n));
  return contradictionsIn(at, ledger, [{ end: 0n, knownTo: 0n, events: [], ...glimpse }]);
}

const actual = (nonce: bigint): Outcome => ({
  kind: "rejected",
  knownTo: 0n,
  error: new ConcurrencyConflictError([
    { kind: "expectation", aggregateType: "storm", aggregateId: "a", expected: exact(3n), actual: nonce },
  ]),
});

const log = [event(1n, "x.0"), event(2n, "x.1")];

describe("the verdict over a storm", () => {
  test("finds nothing when log and answers agree", () => {
    expect(verdict(log, [attempt("x", 2), acknowledged(1n, 2n)], [attempt("y", 1), actual(2n)])).toEqual([]);
    expect(
      verdict(log, [attempt("x", 2), { kind: "unknown" }], [attempt("y", 3), { kind: "unknown" }]),
    ).toEqual([]);
  });

  for (const [words, findings, finding] of [
    [
      "an acknowledged event that is not there",
      verdict([], [attempt("x", 1), acknowledged(1n, 1n)]),
      /x.0 was acknow.* not there/,
    ],
    [
      "one at another place",
      verdict([log[0]!], [attempt("x", 1), acknowledged(2n, 2n)]),
      /acknowledged at 2.* is at 1/,
    ],
    [
      "a rejected event in the log",
      verdict([log[0]!], [attempt("x", 1), actual(1n)]),
      /rejected, but is recorded at 1/,
    ],
    [
      "a part of an append whose outcome is unknown",
      verdict([log[0]!], [attempt("x", 2), { kind: "unknown" }]),
      /Of 2 .* 1 are/,
    ],
    ["events that nobody proposed", verdict(log), /2 events are recorded that nobody proposed/],
    [
      "an event twice",
      verdict([log[0]!, event(2n, "x.0")], [attempt("x", 1), acknowledged(1n, 1n)]),
      /x.0 is at 1 and at 2/,
    ],
    [
      "a gap",
      verdict([event(2n, "x.0")], [attempt("x", 1), acknowledged(2n, 2n)]),
      /number 1 has global nonce 2/,
    ],
    [
      "time that goes back",
      verdict([event(1n, "x.0", { recordedAt: new Date(2) }), event(2n, "x.1", { recordedAt: new Date(1) })]),
      /^2 was recorded at 1970-.*001Z, before its predecessor/m,
    ],
    ["a gap in a stream", verdict([event(1n, "x.0", { aggregateNonce: 2n })]), /a has 2 where 1 belongs/],
    [
      "an event id twice",
      verdict([log[0]!, event(2n, "y.0", { eventId: log[0]!.eventId })]),
      /is there twice/,
    ],
    [
      "an acknowledgement of another number of events",
      verdict(log, [attempt("x", 2), acknowledged(1n, 3n)]),
      /2 events got 1 to 3/,
    ],
    [
      "an acknowledgement that goes back",
      verdict(log, [attempt("x", 2), acknowledged(1n, 2n, 2n, 5n)]),
      /but 5 had been/,
    ],
    [
      "a broken expectation",
      verdict(log, [attempt("x", 1, { expected: noStream }), acknowledged(2n, 2n)]),
      /a at 1, although/,
    ],
    [
      "a broken condition",
      verdict(
        [event(1n, "y.0", { tags: ["claim:4"] }), event(2n, "x.0")],
        [attempt("x", 1, { claim: 4 }), acknowledged(2n, 2n)],
      ),
      /although 1 matches/,
    ],
    [
      "a broken condition of an append whose outcome is unknown",
      verdict(
        [event(1n, "y.0", { tags: ["claim:4"] }), event(2n, "x.0")],
        [attempt("y", 1), acknowledged(1n, 1n)],
        [attempt("x", 1, { claim: 4 }), { kind: "unknown" }],
      ),
      /x.0 was recorded although 1 matches its condition/,
    ],
    [
      "a broken expectation of an append whose outcome is unknown",
      verdict(
        [event(1n, "y.0"), event(2n, "x.0")],
        [attempt("y", 1), acknowledged(1n, 1n)],
        [attempt("x", 1, { expected: exact(0n) }), { kind: "unknown" }],
      ),
      /x.0 was recorded with a at 1, although it expected exact\(0\)/,
    ],
    [
      "an append with another one in the middle of it",
      verdict(
        [event(1n, "x.0"), event(2n, "y.0"), event(3n, "x.1")],
        [attempt("x", 2), { kind: "unknown" }],
        [attempt("y", 1), acknowledged(2n, 2n)],
      ),
      /x.1 is at 3, although its append began at 1/,
    ],
    [
      "an answer with another nonce of an aggregate that was only looked at",
      verdict([], [attempt("x", 0), { ...acknowledged(1n, 0n, 7n) }]),
      /x.0 was told that a is at 7, not 0|undefined was told that a is at 7, not 0/,
    ],
    ["a reader that saw half an append", looked(log, { end: 1n }), /the log end at 1, in the middle of .* x/],
    [
      "a reader of a stream that saw half an append",
      looked(log, { aggregateId: "a", end: 1n }),
      /a end at 1, in the middle/,
    ],
    [
      "a reader that saw less than was known",
      looked(log, { end: 0n, knownTo: 2n }),
      /end at 0, after 2 had been/,
    ],
    ["a reader that saw a gap", looked(log, { end: 2n, events: [log[1]!, log[0]!] }), /1 come right after 2/],
    [
      "a reader that saw another event",
      looked(log, { end: 2n, events: [event(2n, "z.0")] }),
      /saw 2 a 2 .* z.0 where/,
    ],
    [
      "a conflict that is none",
      verdict([], [attempt("x", 1), actual(3n)]),
      /a at 3, which is what was expected/,
    ],
  ] as const) {
    test(`names ${words}`, () => {
      expect(findings.join("\n")).toMatch(finding);
    });
  }

  test("names what one reader saw and another did not", () => {
    expect(differences("R", log, log)).toEqual([]);
    expect(differences("R", [log[0]!], log)).toEqual(["R saw 1 events of 2."]);
    expect(differences("R", [log[0]!, event(2n, "z.0")], log).join()).toMatch(
      /R saw 2 a 2 .* z.0 where .* x.1/,
    );
  });
});
