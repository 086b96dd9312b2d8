import type { EventQuery, EventQueryItem, EventStore } from "@leftfold/core";
import type { AnyEventSource } from "../aggregate/aggregate.ts";
import { eventReader } from "../aggregate/event-reader.ts";
import type { CommandOptions } from "../command/command-options.ts";

/** What a boundary's events folded to, and up to where. */
export interface Folded<State> {
  readonly state: State;
  /** The global nonce of the last event that matched; 0 when none did. */
  readonly position: bigint;
}

/**
 * What each event of a boundary does to the state; events without a place here count for the boundary alone.
 */
export type Fold<State> = Readonly<Record<string, ((state: State, data: never) => State) | undefined>>;

/**
 * The events that a decision rests on. Where an item names no event types or aggregate types, those are meant
 * that the decision folds: what it does not look at cannot get into its way.
 */
export function boundaryQuery(
  sources: readonly AnyEventSource[],
  folded: readonly string[],
  items: EventQueryItem | readonly EventQueryItem[],
): EventQuery {
  const aggregateTypes = sources.map(({ type }) => type);
  const eventTypes = folded.length > 0 ? folded : eventReader(sources).eventTypes;
  const list: readonly EventQueryItem[] = "at" in items ? items : [items];
  return { anyOf: list.map((item) => ({ ...item, ...defaults(item) })) };

  function defaults(item: EventQueryItem): EventQueryItem {
    return {
      eventTypes: item.eventTypes?.length ? item.eventTypes : eventTypes,
      aggregateTypes: item.aggregateTypes?.length ? item.aggregateTypes : aggregateTypes,
    };
  }
}

/** Folds the events of a boundary that come after what is known of it. */
export async function foldBoundary<State>(
  store: EventStore,
  sources: readonly AnyEventSource[],
  query: EventQuery,
  fold: Fold<State>,
  known: Folded<State>,
  { signal, timeoutMs }: CommandOptions,
): Promise<Folded<State>> {
  const reader = eventReader(sources);
  let { state, position } = known;
  for await (const recorded of store.readAll({ query, from: position + 1n }, { signal, timeoutMs })) {
    position = recorded.globalNonce;
    const event = reader.decode(recorded);
    const step = event && fold[event.type];
    // The definition has paired each event type with the data of its events.
    if (step !== undefined) state = step(state, event?.data as never);
  }
  return { state, position };
}
