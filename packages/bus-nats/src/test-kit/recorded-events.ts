import { memoryBackend } from "@leftfold/backend-memory";
import { any, type RecordedEvent } from "@leftfold/core";
import { collect } from "@leftfold/testing";

const utf8 = new TextEncoder();

/** Events of a store, with everything that an event can have. */
export async function recordedEvents(count: number): Promise<RecordedEvent[]> {
  await using backend = memoryBackend();
  const store = backend.tenant("shop.north");
  const events = Array.from({ length: count }, (_, i) => ({
    eventType: "OrderPaid",
    contentType: "application/json",
    payload: utf8.encode(JSON.stringify({ amount: i })),
    correlationId: "größe",
    causationId: "c 1",
    actorId: "ann",
    tags: ["course:c1"],
    metadata: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", note: "a\nb" },
  }));
  await store.append({ appends: [{ aggregateType: "Order", aggregateId: "1001", expected: any, events }] });
  return await collect(store.readAll());
}
