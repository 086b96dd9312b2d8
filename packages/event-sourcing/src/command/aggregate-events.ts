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

/**
 * What a command over these aggregates can record. Any of the events with any of the aggregates, so that all
 * events of a result are one list of one type: they are told apart by their `type`.
 */
export type EventsOfRefs<Refs, Found = Record<never, never>> = AggregateEvents<
  TypeOf<RefIn<Refs> | RefIn<Found>>,
  EventOfRef<RefIn<Refs> | RefIn<Found>>
>;

type RefIn<Refs> = {
  readonly [K in keyof Refs]: Refs[K] extends readonly AnyAggregateRef[] ? Refs[K][number] : Refs[K];
}[keyof Refs];

type TypeOf<Ref> = Ref extends AnyAggregateRef ? Ref["aggregate"]["type"] : never;

type EventOfRef<Ref> = Ref extends AggregateRef<infer E> ? EventOf<E> : never;

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
