import type { ProposedEvent, RecordedEvent } from "@leftfold/core";

// The store takes payloads as bytes and never looks into them. This example writes JSON; so do most applications.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An event with JSON in it. */
export function orderEvent(eventType: string, data: object, tags: readonly string[] = []): ProposedEvent {
  return { eventType, contentType: "application/json", payload: encoder.encode(JSON.stringify(data)), tags };
}

/** One line about an event, for people. */
export function describe(event: RecordedEvent): string {
  const { globalNonce, aggregateType, aggregateId, aggregateNonce, eventType, payload } = event;
  return `${globalNonce}  ${aggregateType} ${aggregateId} #${aggregateNonce}  ${eventType} ${decoder.decode(payload)}`;
}
