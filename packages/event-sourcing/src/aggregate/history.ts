import type { CallOptions, EventStore } from "@leftfold/core";
import type { AggregateRef } from "./aggregate.ts";
import type { ReadEvent } from "./event-reader.ts";
import type { EventOf, EventSchemas } from "./event-schemas.ts";

/** An event of an aggregate's past, with all that was recorded of it. */
export type HistoryEntry<E extends EventSchemas> = ReadEvent<EventOf<E>>;

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
