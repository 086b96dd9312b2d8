import type { ProposedEvent } from "./event.ts";
import type { EventQuery } from "./event-query.ts";
import type { ExpectedNonce } from "./expected-nonce.ts";

/** One atomic write: all of it is recorded, or none. */
export interface AppendRequest {
  /** At least one; an aggregate at most once; at most 10,000 events and 16 MiB in all, by default. */
  readonly appends: readonly AggregateAppend[];
  /** Further conditions on the log as it is before this append. */
  readonly conditions?: readonly AppendCondition[] | undefined;
  /**
   * Names this append within the tenant; repeating the append under the same key returns the first result.
   */
  readonly idempotencyKey?: string | undefined;
}

/** What is expected of one aggregate, and the events it is to get. */
export interface AggregateAppend {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly expected: ExpectedNonce;
  /** May be empty: the expectation is then only checked. */
  readonly events: readonly ProposedEvent[];
}

/** "No event that matches this query after this global nonce": what a decision rests on that no aggregate owns. */
export interface AppendCondition {
  readonly failIfMatches: EventQuery;
  /** Exclusive; the whole log is meant when absent. */
  readonly after?: bigint | undefined;
}

/** What became of an accepted append. */
export interface AppendResult {
  /** The global nonce of its first event; the tenant's head when no event was written. */
  readonly firstGlobalNonce: bigint;
  /** The global nonce of its last event; the tenant's head when no event was written. */
  readonly lastGlobalNonce: bigint;
  /** The aggregates' new heads, in the request's order. */
  readonly aggregates: readonly AggregateHead[];
  /** True when the idempotency key answered: the append had been recorded before. */
  readonly replayed: boolean;
}

/** The last nonce of an aggregate: 0 when it has no events. */
export interface AggregateHead {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateNonce: bigint;
}
