import { type AppendRequest, decide, defaultLimits, record, validateAppend } from "@leftfold/core";
import { anAppend, noneOf, someEvents, uniqueEventId } from "@leftfold/testing";
import { expect, it } from "vitest";
import { KnownLog } from "./known-log.ts";

const recording = { tenantId: "t", recordedAt: new Date(), newEventId: uniqueEventId };

function knownLog(): { log: KnownLog; accept: (request: AppendRequest) => void } {
  const log = new KnownLog();
  log.reset({ nonce: 0n, stamp: "s", recordedAtMs: 0 });
  const accept = (request: AppendRequest): void => {
    const append = validateAppend(request, defaultLimits);
    const decision = decide(log, append, "f");
    if (decision.kind !== "accepted") throw new Error(decision.kind);
    log.accept(append, decision.result, record(append, decision.result, recording), "f");
  };
  return { log, accept };
}

it("does not tell where a log ends before it is known", () => {
  expect(() => new KnownLog().knownHead).toThrow("before the head was known");
});

it("lets go of the oldest events beyond its bound, but of none that is not committed yet", () => {
  const { log, accept } = knownLog();
  log.coversCondition(noneOf([{}]));
  for (let i = 0; i < 4; i++) accept(anAppend({ events: someEvents(10_000) }));
  log.trim(0n);
  expect(log.firstMatch(noneOf([{}]))).toBe(1n);
  log.trim(5_000n);
  expect(log.firstMatch(noneOf([{}]))).toBe(5_001n);
  log.trim(40_000n);
  expect(log.firstMatch(noneOf([{}]))).toBe(40_000n - 1_023n);
  expect(log.firstMatch(noneOf([{}], 39_000n))).toBe(39_001n);
  expect(log.firstMatch(noneOf([{ eventTypes: ["other"] }], 39_000n))).toBeUndefined();
});

it("keeps committed events to look through for the hundred batches after a condition, and none where there was no condition", () => {
  const { log, accept } = knownLog();
  const firstKept = (batches: number): bigint | undefined => {
    for (let i = 0; i < batches; i++) log.trim(log.head - 1n);
    return log.firstMatch(noneOf([{}]));
  };
  accept(anAppend({ events: someEvents(10) }));
  expect(firstKept(1)).toBe(10n);
  expect(log.coversCondition(noneOf([{}]))).toBe(false);
  accept(anAppend({ events: someEvents(10) }));
  expect(firstKept(100)).toBe(10n);
  expect(log.coversCondition(noneOf([{}], 9n))).toBe(true);
  expect(firstKept(100)).toBe(10n);
  expect(firstKept(1)).toBe(20n);
});

it("judges a condition by itself where few events are in question, and not when they are many or gone", () => {
  const { log, accept } = knownLog();
  accept(anAppend({ events: someEvents(1_024) }));
  expect(log.coversCondition(noneOf([{}]))).toBe(true);
  accept(anAppend());
  expect(log.coversCondition(noneOf([{}]))).toBe(false);
  expect(log.coversCondition(noneOf([{}], 1n))).toBe(true);
  log.reset({ nonce: 7n, stamp: "other", recordedAtMs: 1 });
  expect(log.coversCondition(noneOf([{}], 6n))).toBe(false);
  expect(log.coversCondition(noneOf([{}], 7n))).toBe(true);
});

it("looks for a condition's match only where the database did not look: in what was not committed then", () => {
  const { log, accept } = knownLog();
  const wanted = { tenantId: "t", head: false, aggregates: [], keys: [], eventIds: [] };
  const condition = noneOf([{ eventTypes: ["claimed"] }]);
  log.coversCondition(condition);
  let looks = 0;
  const counted = {
    get failIfMatches() {
      looks++;
      return condition.failIfMatches;
    },
  };
  for (let i = 0; i < 100; i++) accept(anAppend());
  log.trim(97n);
  log.learn(
    { ...wanted, conditions: [counted] },
    { aggregateNonces: [], keyUses: new Map(), eventIds: new Set(), matches: [undefined] },
    [],
  );
  expect(log.firstMatch(counted)).toBeUndefined();
  expect(looks).toBe(3);
  accept(anAppend({ events: someEvents(1, { eventType: "claimed" }) }));
  expect(log.firstMatch(counted)).toBe(101n);
  // What was not loaded is looked for everywhere.
  expect(log.firstMatch(noneOf([{}]))).toBe(1n);
});

it("lets go of the keys that were used first beyond its bound", () => {
  const { log, accept } = knownLog();
  for (let i = 0; i < 10_002; i++) {
    accept(anAppend({ idempotencyKey: `k${i}` }));
    if (i % 100 === 0) log.trim(BigInt(i));
  }
  expect(log.keyUse("k9300")).toBeUndefined();
  expect(log.keyUse("k9746")).toMatchObject({ fingerprint: "f", result: { firstGlobalNonce: 9747n } });
});

it("forgets everything, and knows the new head when it is told", () => {
  const { log, accept } = knownLog();
  const eventId = uniqueEventId();
  accept(anAppend({ aggregateId: "a", idempotencyKey: "k", events: someEvents(1, { eventId }) }));
  expect([log.head, log.aggregateNonce("order", "a"), log.hasEvent(eventId)]).toEqual([1n, 1n, true]);
  log.reset({ nonce: 7n, stamp: "other", recordedAtMs: 1 });
  expect([log.head, log.aggregateNonce("order", "a"), log.hasEvent(eventId)]).toEqual([7n, 0n, false]);
  expect(log.keyUse("k")).toBeUndefined();
  expect(log.coversCondition(noneOf([{}], 6n))).toBe(false);
  log.reset();
  expect(log.isKnown).toBe(false);
});
