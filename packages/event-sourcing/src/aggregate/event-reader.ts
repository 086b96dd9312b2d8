import type { CallOptions, EventQuery, EventStore, RecordedEvent } from "@leftfold/core";
import { InvalidDefinitionError } from "../errors.ts";
import type { AnyEventSource, EventSource } from "./aggregate.ts";
import type { EventOf } from "./event-schemas.ts";

/** The events of a definition, or of several of them: a union, told apart by `type`. */
export type EventsOf<Sources extends AnyEventSource | readonly AnyEventSource[]> =
  Sources extends readonly AnyEventSource[]
    ? { [I in keyof Sources]: EventsOfOne<Sources[I]> }[number]
    : EventsOfOne<Sources>;

type EventsOfOne<Source> = Source extends EventSource<string, infer E> ? EventOf<E> : never;

/** Which events to read. */
export interface EventRange extends CallOptions {
  /** The first global nonce to read, inclusive, 1 or more; the log's first event when absent. */
  readonly from?: bigint | undefined;
  /** The last global nonce to read, inclusive, 1 or more; up to the head at the start of the read when absent. */
  readonly to?: bigint | undefined;
}

/** An event with all that was recorded of it. */
export type ReadEvent<Event> = Event & { readonly recorded: RecordedEvent };

/** Reads the events of several aggregate types out of one log. */
export interface EventReader<Sources extends readonly AnyEventSource[]> {
  /** The names of all their events. */
  readonly eventTypes: readonly EventsOf<Sources>["type"][];
  /** All events of these aggregate types. */
  readonly query: EventQuery;
  /**
   * The event with its data in the current version; undefined for one of an aggregate type that is not read
   * here, and for an unknown one that is to be skipped.
   *
   * @throws `unknown-event`, `newer-event-version`, `undecodable-event`.
   */
  decode(event: RecordedEvent): EventsOf<Sources> | undefined;
  /**
   * The events of these aggregate types in the order of the log, decoded; unknown ones left out where their
   * definition skips them. Memory stays bounded at any length.
   *
   * @throws `unknown-event`, `newer-event-version`, `undecodable-event`; the store's errors; the signal's reason.
   */
  read(store: EventStore, range?: EventRange): AsyncIterable<ReadEvent<EventsOf<Sources>>>;
}

/**
 * Makes one reader of several definitions.
 *
 * @throws `invalid-definition` when there are none, or two of one aggregate type.
 */
export function eventReader<const Sources extends readonly AnyEventSource[]>(
  sources: Sources,
): EventReader<Sources> {
  const byType = new Map(sources.map((source) => [source.type, source]));
  const types = sources.map(({ type }) => type);
  if (types.length === 0) {
    throw new InvalidDefinitionError("No aggregates are given to read events of. Name at least one.");
  }
  if (byType.size < types.length) {
    throw new InvalidDefinitionError(
      `Two definitions have one type, of ${types.join(", ")}. Name each once.`,
    );
  }
  const eventTypes = [...new Set(sources.flatMap((source) => source.eventTypes))];
  const query: EventQuery = { anyOf: [{ aggregateTypes: types }] };
  // The union of what each definition's own `decode` and `eventTypes` are declared to give.
  const decode = (event: RecordedEvent) =>
    byType.get(event.aggregateType)?.decode(event) as EventsOf<Sources> | undefined;
  return {
    eventTypes: eventTypes as EventsOf<Sources>["type"][],
    query,
    decode,
    async *read(store, { from, to, ...options } = {}) {
      for await (const recorded of store.readAll({ query, from, to }, options)) {
        const event = decode(recorded);
        if (event !== undefined) yield { ...event, recorded };
      }
    },
  };
}
