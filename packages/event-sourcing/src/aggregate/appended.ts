import { type AggregateAppend, exact, type ProposedEvent } from "@leftfold/core";
import type { Loaded } from "../snapshots.ts";
import type { AggregateRef, EventSource } from "./aggregate.ts";
import type { ReadableEvent } from "./event-decoding.ts";
import type { EmittedOf, EventOf, EventSchemas } from "./event-schemas.ts";

/** What one aggregate is to get, at the nonce that it was decided on. */
export function appendTo<E extends EventSchemas>(
  { aggregate, aggregateId }: AggregateRef<E>,
  nonce: bigint,
  events: readonly EmittedOf<E>[],
): AggregateAppend {
  return {
    aggregateType: aggregate.type,
    aggregateId,
    expected: exact(nonce),
    events: events.map((event) => aggregate.encode(event, aggregateId)),
  };
}

/** A state with what was appended to it: what the next load will give. */
export interface Advanced<E extends EventSchemas, State> extends Loaded<State> {
  readonly events: readonly EventOf<E>[];
}

/**
 * Folds appended events into the state that they were decided on. They are decoded again for it, so that the
 * state is to the bit what a replay gives.
 */
export function advance<E extends EventSchemas, State>(
  { aggregate }: AggregateRef<E, State>,
  { state: before, nonce }: Loaded<State>,
  append: AggregateAppend,
): Advanced<E, State> {
  const events = decodedOf<E>(aggregate, append, nonce);
  const state = events.reduce((folded, event) => aggregate.apply(folded, event), before);
  return { state, nonce: nonce + BigInt(append.events.length), events };
}

/**
 * What is to be appended, as it will be read.
 *
 * @param nonce the one that it comes after, as far as that is known: it is told in errors.
 */
export function decodedOf<E extends EventSchemas>(
  aggregate: EventSource<string, E>,
  { aggregateType, aggregateId, events }: AggregateAppend,
  nonce: bigint,
): readonly EventOf<E>[] {
  return events.flatMap((event, i) => {
    const place = { aggregateType, aggregateId, aggregateNonce: nonce + BigInt(i + 1) };
    return aggregate.decode(readable(event, place)) ?? [];
  });
}

function readable(
  event: ProposedEvent,
  place: Pick<ReadableEvent, "aggregateType" | "aggregateId" | "aggregateNonce">,
): ReadableEvent {
  const { eventType, eventVersion = 1, contentType, payload } = event;
  return { ...place, eventType, eventVersion, contentType, payload };
}
