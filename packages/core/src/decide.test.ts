import { describe, expect, test } from "vitest";
import type { AggregateAppend, AppendCondition, AppendRequest } from "./append.ts";
import { type AppendDecision, type AppendFacts, decide, type KeyUse } from "./decide.ts";
import {
  ConcurrencyConflictError,
  DuplicateEventIdError,
  IdempotencyMismatchError,
  type Violation,
} from "./errors.ts";
import { any, type ExpectedNonce, exact, noStream, streamExists } from "./expected-nonce.ts";
import { defaultLimits } from "./limits.ts";
import { validateAppend } from "./validate-append.ts";

const [knownId, knownId2, newId] = ["1", "2", "3"].map(
  (digit) => `${digit.repeat(8)}-0000-7000-8000-000000000000`,
);
const stored = { firstGlobalNonce: 3n, lastGlobalNonce: 4n, aggregates: [], replayed: false };
const keyUse: KeyUse = { fingerprint: "the same", result: stored };

/** A log of 10 events: Account "old" is at 7, "new" has none; tag `taken` is first at 5 and then at 9. */
const facts: AppendFacts = {
  head: 10n,
  aggregateNonce: (_aggregateType, aggregateId) => (aggregateId === "old" ? 7n : 0n),
  keyUse: (key) => (key === "used" ? keyUse : undefined),
  hasEvent: (eventId) => eventId === knownId || eventId === knownId2,
  firstMatch: ({ failIfMatches, after = 0n }) =>
    failIfMatches.anyOf[0]?.tags?.[0] === "taken" ? [5n, 9n].find((nonce) => nonce > after) : undefined,
};

function account(
  aggregateId: string,
  expected: ExpectedNonce,
  ...eventIds: (string | undefined)[]
): AggregateAppend {
  const payload = new Uint8Array();
  const events = eventIds.map((eventId) => ({ eventType: "E", contentType: "c", payload, eventId }));
  return { aggregateType: "Account", aggregateId, expected, events };
}

function decided(request: AppendRequest, fingerprint?: string): AppendDecision {
  return decide(facts, validateAppend(request, defaultLimits), fingerprint);
}

function violationsOf(decision: AppendDecision): readonly Violation[] | undefined {
  const error = decision.kind === "rejected" ? decision.error : undefined;
  return error instanceof ConcurrencyConflictError ? error.violations : undefined;
}

const tagged = (tag: string, after?: bigint): AppendCondition => ({
  failIfMatches: { anyOf: [{ tags: [tag] }] },
  after,
});

describe("an append that is accepted", () => {
  test("gets the nonces after the heads, in request order", () => {
    const appends = [account("old", exact(7n), undefined, newId), account("new", noStream, undefined)];
    expect(decided({ appends })).toEqual({
      kind: "accepted",
      result: {
        firstGlobalNonce: 11n,
        lastGlobalNonce: 13n,
        aggregates: [
          { aggregateType: "Account", aggregateId: "old", aggregateNonce: 9n },
          { aggregateType: "Account", aggregateId: "new", aggregateNonce: 1n },
        ],
        replayed: false,
      },
    });
  });

  test("without events answers with the heads as they are", () => {
    expect(decided({ appends: [account("old", streamExists), account("new", any)] })).toEqual({
      kind: "accepted",
      result: {
        firstGlobalNonce: 10n,
        lastGlobalNonce: 10n,
        aggregates: [
          { aggregateType: "Account", aggregateId: "old", aggregateNonce: 7n },
          { aggregateType: "Account", aggregateId: "new", aggregateNonce: 0n },
        ],
        replayed: false,
      },
    });
  });

  test("with conditions needs none of them matched", () => {
    const conditions = [tagged("free"), tagged("taken", 9n)];
    expect(decided({ appends: [account("new", any, undefined)], conditions }).kind).toBe("accepted");
  });
});

describe.each([
  ["old", exact(7n), true],
  ["old", exact(6n), false],
  ["old", exact(8n), false],
  ["old", exact(0n), false],
  ["old", noStream, false],
  ["old", streamExists, true],
  ["old", any, true],
  ["new", exact(0n), true],
  ["new", exact(1n), false],
  ["new", noStream, true],
  ["new", streamExists, false],
  ["new", any, true],
] as const)("the expectation of an aggregate that is %s: %o", (aggregateId, expected, accepted) => {
  test.each([0, 1])("decides an append of %i events", (count) => {
    const eventIds = Array.from({ length: count }, () => undefined);
    const decision = decided({ appends: [account(aggregateId, expected, ...eventIds)] });
    const actual = aggregateId === "old" ? 7n : 0n;
    const violation = { kind: "expectation", aggregateType: "Account", aggregateId, expected, actual };
    expect(decision.kind).toBe(accepted ? "accepted" : "rejected");
    expect(violationsOf(decision)).toEqual(accepted ? undefined : [violation]);
  });
});

describe("an append that is rejected", () => {
  test("hears of every expectation and every condition that does not hold, each with what is", () => {
    const appends = [
      account("old", exact(1n), undefined),
      account("fine", any),
      account("new", streamExists),
    ];
    const conditions = [tagged("taken"), tagged("free"), tagged("taken", 5n)];
    const aggregateType = "Account";
    expect(violationsOf(decided({ appends, conditions }))).toEqual([
      { kind: "expectation", aggregateType, aggregateId: "old", expected: exact(1n), actual: 7n },
      { kind: "expectation", aggregateType, aggregateId: "new", expected: streamExists, actual: 0n },
      { kind: "condition", index: 0, globalNonce: 5n },
      { kind: "condition", index: 2, globalNonce: 9n },
    ]);
  });

  test("hears of every event id that the tenant has, once nothing else stands against it", () => {
    const appends = [account("new", noStream, knownId, newId), account("old", any, knownId2)];
    const decision = decided({ appends });
    expect(decision).toEqual({ kind: "rejected", error: expect.any(DuplicateEventIdError) });
    expect(decision).toMatchObject({ error: { eventIds: [knownId, knownId2] } });
    expect(violationsOf(decided({ appends, conditions: [tagged("taken")] }))).toHaveLength(1);
  });
});

describe("an idempotency key", () => {
  const hopeless = { appends: [account("old", exact(1n), knownId)], idempotencyKey: "used" };

  test("that was used with the same content answers before anything else is looked at", () => {
    expect(decided(hopeless, "the same")).toEqual({
      kind: "replayed",
      result: { ...stored, replayed: true },
    });
    expect(stored.replayed).toBe(false);
  });

  test.each(["another", undefined])("that was used with other content is a mismatch (%s)", (fingerprint) => {
    const decision = decided(hopeless, fingerprint);
    expect(decision).toEqual({ kind: "rejected", error: expect.any(IdempotencyMismatchError) });
    expect(decision).toMatchObject({ error: { idempotencyKey: "used" } });
  });

  test("that is new changes nothing", () => {
    const appends = [account("new", noStream, undefined)];
    expect(decided({ appends, idempotencyKey: "unused" }, "the same")).toEqual(decided({ appends }));
  });
});
