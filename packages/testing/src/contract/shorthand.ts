import { type AppendResult, any, type EventStore, type RecordedEvent } from "@leftfold/core";
import { collect } from "../builders/collect.ts";
import { anAppend, someEvents } from "../builders/events.ts";

export interface AggregateName {
  readonly aggregateType: string;
  readonly aggregateId: string;
}

/** The aggregate that builders write to unless they are told another. */
export const anOrder: AggregateName = { aggregateType: "order", aggregateId: "o1" };

/** Gives an aggregate so many events, in one append. */
export function seed(
  store: EventStore,
  count: number,
  aggregate: AggregateName = anOrder,
): Promise<AppendResult> {
  return store.append(anAppend({ ...aggregate, expected: any, events: someEvents(count) }));
}

/** One aggregate's events. */
export function streamOf(store: EventStore, aggregate: AggregateName = anOrder): Promise<RecordedEvent[]> {
  return collect(store.readStream(aggregate));
}

/** The tenant's events. */
export function wholeLog(store: EventStore): Promise<RecordedEvent[]> {
  return collect(store.readAll());
}

/** The global nonces of the events that an iterable gives. */
export async function globalNonces(events: AsyncIterable<RecordedEvent>): Promise<bigint[]> {
  return (await collect(events)).map(({ globalNonce }) => globalNonce);
}

/** The bigints from `first` to `last`, upwards or downwards. */
export function nonces(first: number, last: number): bigint[] {
  const step = first <= last ? 1 : -1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, i) => BigInt(first + i * step));
}

/** The aggregate nonces of the events that an iterable gives. */
export async function aggregateNonces(events: AsyncIterable<RecordedEvent>): Promise<bigint[]> {
  return (await collect(events)).map(({ aggregateNonce }) => aggregateNonce);
}
