import type { CallOptions, EventStore } from "@leftfold/core";
import { type Loaded, loadSnapshot, type SnapshotSetting } from "../snapshots.ts";
import type { AggregateRef, Foldable } from "./aggregate.ts";
import type { EventSchemas } from "./event-schemas.ts";

/** An aggregate before its first event. */
export function fresh<E extends EventSchemas, State>(aggregate: Foldable<string, E, State>): Loaded<State> {
  return { state: aggregate.initial, nonce: 0n };
}

/**
 * Folds what an aggregate has beyond a known state, and nothing else: a loop without promises of its own,
 * since long streams are folded here.
 */
export async function catchUp<E extends EventSchemas, State>(
  store: EventStore,
  { aggregate, aggregateId }: AggregateRef<E, State>,
  known: Loaded<State>,
  options?: CallOptions,
  maxCount?: number,
): Promise<Loaded<State>> {
  let { state, nonce } = known;
  const request = { aggregateType: aggregate.type, aggregateId, from: nonce + 1n, maxCount };
  for await (const event of store.readStream(request, options)) {
    state = aggregate.replay(state, event);
    nonce = event.aggregateNonce;
  }
  return { state, nonce };
}

/** Loads an aggregate: from its snapshot when there is a usable one, and from its first event otherwise. */
export async function load<E extends EventSchemas, State>(
  store: EventStore,
  ref: AggregateRef<E, State>,
  snapshots: SnapshotSetting | undefined,
  options?: CallOptions,
): Promise<Loaded<State>> {
  const { aggregate, aggregateId } = ref;
  const kept =
    snapshots && (await loadSnapshot(snapshots, aggregate, aggregateId, options?.signal ?? undefined));
  const current = kept && (await catchUpWithin(store, ref, kept, options));
  return current ?? catchUp(store, ref, fresh(aggregate), options);
}

/**
 * Folds what came after a snapshot; undefined when the stream does not reach to where the snapshot was taken,
 * as after a restore of an older backup of the events. So the read begins with the snapshot's last event.
 */
async function catchUpWithin<E extends EventSchemas, State>(
  store: EventStore,
  { aggregate, aggregateId }: AggregateRef<E, State>,
  kept: Loaded<State>,
  options: CallOptions | undefined,
): Promise<Loaded<State> | undefined> {
  let { state } = kept;
  let nonce = 0n;
  const request = { aggregateType: aggregate.type, aggregateId, from: kept.nonce };
  for await (const event of store.readStream(request, options)) {
    nonce = event.aggregateNonce;
    if (nonce > kept.nonce) state = aggregate.replay(state, event);
  }
  return nonce === 0n ? undefined : { state, nonce };
}
