import type { EventStore, ProposedEvent, RecordedEvent } from "@leftfold/core";
import { collect } from "../builders/collect.ts";
import { anAppend } from "../builders/events.ts";

/** Appends the events, in one append, and reads them back. */
export async function roundTrip(
  store: EventStore,
  events: readonly ProposedEvent[],
): Promise<RecordedEvent[]> {
  const { firstGlobalNonce } = await store.append(anAppend({ events }));
  return collect(store.readAll({ from: firstGlobalNonce, maxCount: events.length }));
}
