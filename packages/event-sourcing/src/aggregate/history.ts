import type { CallOptions, EventStore, RecordedEvent } from "@leftfold/core";
import type { AggregateRef } from "./aggregate.ts";
import type { EventOf, EventSchemas } from "./event-schemas.ts";

/** An event of an aggregate's past, with all that was recorded of it. */
export type HistoryEntry<E extends EventSchemas> = EventOf<E> & { readonly recorded: RecordedEvent };

/** An aggregate's events in order, decoded; unknown ones left out where the definition skips them. */
export async function* historyOf<E extends EventSchemas>(
  store: EventStore,
  { aggregate, aggregateId }: AggregateRef<E>,
  options?: CallOptions,
): AsyncGenerator<HistoryEntry<E>, void, undefined> {
  for await (const recorded of store.readStream({ aggregateType: aggregate.type, aggregateId }, options)) {
    const event = aggregate.decode(recorded);
    if (event !== undefined) yield { ...event, recorded };
  }
}
