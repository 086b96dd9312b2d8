import type { AggregateHead, AppendCondition, AppendResult } from "./append.ts";
import {
  ConcurrencyConflictError,
  DuplicateEventIdError,
  type EventStoreError,
  IdempotencyMismatchError,
  type Violation,
} from "./errors.ts";
import { holds } from "./expected-nonce.ts";
import type { ValidAppend } from "./validate-append.ts";

/** What a backend knows of a tenant's log at the moment of a decision. */
export interface AppendFacts {
  /** The last global nonce; 0 for an empty log. */
  readonly head: bigint;
  /** The last nonce of an aggregate; 0 when it has no events. */
  aggregateNonce(aggregateType: string, aggregateId: string): bigint;
  /** The append that a key was used for, if any. */
  keyUse(idempotencyKey: string): KeyUse | undefined;
  /** Whether the tenant has an event of this id. */
  hasEvent(eventId: string): boolean;
  /** The global nonce of the first event that matches the condition's query after its `after`, if any. */
  firstMatch(condition: AppendCondition): bigint | undefined;
}

/** What is kept of an append that had an idempotency key. */
export interface KeyUse {
  readonly fingerprint: string;
  readonly result: AppendResult;
}

export type AppendDecision =
  | { readonly kind: "accepted"; readonly result: AppendResult }
  | { readonly kind: "replayed"; readonly result: AppendResult }
  | { readonly kind: "rejected"; readonly error: EventStoreError };

/**
 * Decides an append. Pure: the same facts and the same append give the same decision, in every backend.
 *
 * 1. A key that was used before replays the stored result, or is rejected when the content differs.
 * 2. Every expectation is checked, then every condition; one rejection carries all that do not hold.
 * 3. Event ids that the tenant already has are rejected, by name.
 * 4. The events get the global nonces after the head, and the aggregate nonces after their aggregates' heads.
 *
 * @param fingerprint of the append's content; needed when the append has an idempotency key.
 */
export function decide(facts: AppendFacts, append: ValidAppend, fingerprint?: string): AppendDecision {
  const { idempotencyKey } = append;
  const use = idempotencyKey === undefined ? undefined : facts.keyUse(idempotencyKey);
  if (use !== undefined) {
    return use.fingerprint === fingerprint
      ? { kind: "replayed", result: { ...use.result, replayed: true } }
      : { kind: "rejected", error: new IdempotencyMismatchError(idempotencyKey!) };
  }
  const violations: Violation[] = [];
  const aggregates = checkExpectations(facts, append, violations);
  checkConditions(facts, append, violations);
  if (violations.length > 0) return { kind: "rejected", error: new ConcurrencyConflictError(violations) };
  const duplicates = duplicateEventIds(facts, append);
  if (duplicates.length > 0) return { kind: "rejected", error: new DuplicateEventIdError(duplicates) };
  const lastGlobalNonce = facts.head + BigInt(append.eventCount);
  const firstGlobalNonce = append.eventCount === 0 ? facts.head : facts.head + 1n;
  return { kind: "accepted", result: { firstGlobalNonce, lastGlobalNonce, aggregates, replayed: false } };
}

/**
 * Notes the expectations that do not hold, and returns the heads that the aggregates have after the append.
 */
function checkExpectations(
  facts: AppendFacts,
  { appends }: ValidAppend,
  violations: Violation[],
): AggregateHead[] {
  return appends.map(({ aggregateType, aggregateId, expected, events }) => {
    const actual = facts.aggregateNonce(aggregateType, aggregateId);
    if (!holds(expected, actual))
      violations.push({ kind: "expectation", aggregateType, aggregateId, expected, actual });
    return { aggregateType, aggregateId, aggregateNonce: actual + BigInt(events.length) };
  });
}

function checkConditions(facts: AppendFacts, { conditions }: ValidAppend, violations: Violation[]): void {
  conditions?.forEach((condition, index) => {
    const globalNonce = facts.firstMatch(condition);
    if (globalNonce !== undefined) violations.push({ kind: "condition", index, globalNonce });
  });
}

function duplicateEventIds(facts: AppendFacts, { appends }: ValidAppend): string[] {
  const duplicates: string[] = [];
  for (const { events } of appends) {
    for (const { eventId } of events)
      if (eventId !== undefined && facts.hasEvent(eventId)) duplicates.push(eventId);
  }
  return duplicates;
}
