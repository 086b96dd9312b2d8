import type { RecordedEvent } from "@leftfold/core";

/** An event as a store records it, for tests that have none. */
export function recorded(event: Partial<RecordedEvent> & { readonly data?: unknown } = {}): RecordedEvent {
  const { data = {}, ...known } = event;
  const globalNonce = known.globalNonce ?? 1n;
  return {
    tenantId: "test",
    globalNonce,
    aggregateType: "Account",
    aggregateId: "ann",
    aggregateNonce: globalNonce,
    eventId: `00000000-0000-7000-8000-${String(globalNonce).padStart(12, "0")}`,
    eventType: "MoneyDeposited",
    eventVersion: 1,
    contentType: "application/json",
    occurredAt: new Date(0),
    recordedAt: new Date(0),
    tags: [],
    metadata: {},
    payload: new TextEncoder().encode(JSON.stringify(data)),
    ...known,
  };
}
