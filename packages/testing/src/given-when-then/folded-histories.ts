import type { RecordedEvent } from "@leftfold/core";
import type { AggregateRefs, AnyAggregateRef, Loaded } from "@leftfold/event-sourcing";

/** The state and the nonce of an aggregate after what was recorded of it. */
export function loadedFrom(
  log: readonly RecordedEvent[],
  { aggregate, aggregateId }: AnyAggregateRef,
): Loaded<unknown> {
  const events = log.filter(
    (event) => event.aggregateType === aggregate.type && event.aggregateId === aggregateId,
  );
  const state = events.reduce<unknown>((folded, event) => aggregate.replay(folded, event), aggregate.initial);
  return { state, nonce: BigInt(events.length) };
}

/** Puts something in the place of each aggregate that a definition names, one or a list under each name. */
export function mapRefs<Value>(
  refs: AggregateRefs,
  map: (ref: AnyAggregateRef) => Value,
): Record<string, Value | readonly Value[]> {
  const entries = Object.entries(refs).map(([name, ref]) => [
    name,
    "aggregateId" in ref ? map(ref) : ref.map(map),
  ]);
  return Object.fromEntries(entries);
}
