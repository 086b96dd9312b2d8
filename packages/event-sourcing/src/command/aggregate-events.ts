import type { AggregateHead, AppendResult } from "@leftfold/core";
import type { AggregateRef, AnyAggregateRef } from "../aggregate/aggregate.ts";
import type { EventOf, EventSchemas } from "../aggregate/event-schemas.ts";

/** Where an event came to be. */
export interface AppendedAt {
  readonly aggregateNonce: bigint;
  readonly globalNonce: bigint;
}

/** An aggregate's head after a command, and the events that the command added; none where it was only read. */
export interface AggregateEvents<Type extends string = string, Event = EventOf<EventSchemas>>
  extends AggregateHead {
  readonly aggregateType: Type;
  readonly events: readonly (Event & AppendedAt)[];
}

/** What a command over these aggregates can record: a union, told apart by `aggregateType`. */
export type EventsOfRefs<Refs> = {
  readonly [K in keyof Refs]: Refs[K] extends readonly AnyAggregateRef[]
    ? EventsOfRef<Refs[K][number]>
    : EventsOfRef<Refs[K]>;
}[keyof Refs];

type EventsOfRef<Ref> =
  Ref extends AggregateRef<infer E, infer _State, infer Type> ? AggregateEvents<Type, EventOf<E>> : never;

/**
 * Gives each event the place that an append brought it to.
 *
 * @param appended the events of each aggregate, in the order of the append.
 */
export function eventsAt(
  appended: readonly (readonly EventOf<EventSchemas>[])[],
  { aggregates, firstGlobalNonce }: AppendResult,
): readonly AggregateEvents[] {
  let globalNonce = firstGlobalNonce;
  return aggregates.map((head, i) => {
    const events = appended[i] ?? [];
    const before = head.aggregateNonce - BigInt(events.length);
    return { ...head, events: events.map((event, k) => at(event, before + BigInt(k + 1))) };
  });

  function at(event: EventOf<EventSchemas>, aggregateNonce: bigint): EventOf<EventSchemas> & AppendedAt {
    return { ...event, aggregateNonce, globalNonce: globalNonce++ };
  }
}
