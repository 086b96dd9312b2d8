import type { RecordedEvent } from "@leftfold/core";

/** An event for the log to keep: nothing that its writer still holds can change it. */
export function copyIn(event: RecordedEvent): RecordedEvent {
  return Object.freeze({
    ...event,
    occurredAt: new Date(event.occurredAt),
    tags: Object.freeze([...event.tags]),
    metadata: Object.freeze({ ...event.metadata }),
    payload: new Uint8Array(event.payload),
  });
}

/**
 * An event for a reader to have: dates and bytes cannot be frozen, so that each reader gets some of its own.
 */
export function copyOut(event: RecordedEvent): RecordedEvent {
  return {
    ...event,
    occurredAt: new Date(event.occurredAt),
    recordedAt: new Date(event.recordedAt),
    payload: new Uint8Array(event.payload),
  };
}
