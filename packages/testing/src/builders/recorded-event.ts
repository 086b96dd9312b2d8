import type { RecordedEvent } from "@leftfold/core";

/** An event as a store gives it, for tests of what reads events. */
export function aRecordedEvent(fields: Partial<RecordedEvent> = {}): RecordedEvent {
  const { globalNonce = 1n } = fields;
  return {
    tenantId: "t",
    globalNonce,
    aggregateType: "order",
    aggregateId: "o1",
    aggregateNonce: globalNonce,
    eventId: `00000000-0000-7000-8000-${globalNonce.toString(16).padStart(12, "0")}`,
    eventType: "OrderPlaced",
    eventVersion: 1,
    contentType: "application/json",
    occurredAt: new Date(0),
    recordedAt: new Date(0),
    tags: [],
    metadata: {},
    payload: new TextEncoder().encode("{}"),
    ...fields,
  };
}
