import type { EventQuery, RecordedEvent } from "@leftfold/core";
import { InvalidDefinitionError } from "../errors.ts";
import type { AnyEventSource, EventSource } from "./aggregate.ts";
import type { EventOf } from "./event-schemas.ts";

/** The events of several definitions: a union, told apart by `type`. */
export type EventsOf<Sources extends readonly AnyEventSource[]> = {
  [I in keyof Sources]: Sources[I] extends EventSource<string, infer E> ? EventOf<E> : never;
}[number];

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
  // The union of what each definition's own `decode` and `eventTypes` are declared to give.
  return {
    eventTypes: eventTypes as EventsOf<Sources>["type"][],
    query: { anyOf: [{ aggregateTypes: types }] },
    decode: (event) => byType.get(event.aggregateType)?.decode(event) as EventsOf<Sources> | undefined,
  };
}
