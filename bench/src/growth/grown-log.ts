import { createHash } from "node:crypto";
import { type AggregateAppend, any, newEventId, type RecordedEvent } from "@leftfold/core";
import { aggregateType } from "../workload/aggregate-choice.ts";
import { contentType, eventType, payload } from "../workload/deposit.ts";
import { tenantId } from "../workload/tenant.ts";

/** How many events each aggregate has. They lie spread over the whole log, as in life. */
export const eventsPerAggregate = 10;

/** One append of one event, as it is in a log that was filled. */
export interface GrownAppend {
  readonly event: RecordedEvent;
  readonly idempotencyKey: string;
}

export function aggregatesOf(events: number): number {
  return Math.max(1, Math.ceil(events / eventsPerAggregate));
}

export function grownAggregateId(aggregate: number): string {
  return `account-${aggregate}`;
}

/** A tag that says nothing about its number: those of a log lie all over the index on tags. */
export function grownTag(aggregate: number): string {
  return `order:${createHash("sha1").update(String(aggregate)).digest("hex").slice(0, 16)}`;
}

/**
 * The append that has a log's event of this global nonce, from 1: to one aggregate after the other, an event with a tag, under
 * a key. Event ids and keys are new each time.
 */
export function grownAppend(globalNonce: number, aggregates: number, recordedAt: Date): GrownAppend {
  const aggregate = (globalNonce - 1) % aggregates;
  const event: RecordedEvent = {
    tenantId,
    globalNonce: BigInt(globalNonce),
    aggregateType,
    aggregateId: grownAggregateId(aggregate),
    aggregateNonce: BigInt(Math.floor((globalNonce - 1) / aggregates) + 1),
    eventId: newEventId(),
    eventType,
    eventVersion: 1,
    contentType,
    occurredAt: recordedAt,
    recordedAt,
    tags: [grownTag(aggregate)],
    metadata: {},
    payload,
  };
  return { event, idempotencyKey: newEventId() };
}

/** What an append that made this event would have asked for: what the fingerprint of its key is taken of. */
export function requestOf({ aggregateId, tags }: RecordedEvent): readonly AggregateAppend[] {
  return [{ aggregateType, aggregateId, expected: any, events: [{ eventType, contentType, payload, tags }] }];
}
