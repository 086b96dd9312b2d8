import type { CallOptions, Snapshot, SnapshotStore } from "@leftfold/core";
import type { Foldable } from "./aggregate/aggregate.ts";
import type { EventSchemas } from "./aggregate/event-schemas.ts";
import { jsonFlaw } from "./json-flaw.ts";

/** When an aggregate's state is kept, and how. */
export interface SnapshotPolicy<State = unknown> {
  /** A snapshot is kept whenever an append passes a multiple of so many events; from 1. */
  readonly every: number;
  /** JSON when absent; then a state that JSON would change is not kept. */
  encode?(state: State): Uint8Array;
  /** The inverse of `encode`. */
  decode?(bytes: Uint8Array): State;
}

/** A state and the nonce of the last event that it holds. */
export interface Loaded<State> {
  readonly state: State;
  /** 0 when there are no events. */
  readonly nonce: bigint;
}

/** What keeps snapshots from ever being missed: whatever is wrong with them ends here. */
export interface SnapshotSetting {
  readonly store: SnapshotStore;
  /** Told when a snapshot could not be loaded, decoded or kept. */
  readonly onError: (error: unknown) => void;
}

/** A snapshot store that answers later than this is done without, for this time. */
const patienceMs = 1_000;

function options(signal: AbortSignal | undefined): CallOptions {
  return { timeoutMs: patienceMs, ...(signal !== undefined && { signal }) };
}

/** The state that was kept last, if there is one of this state version. Never throws but for the signal. */
export async function loadSnapshot<E extends EventSchemas, State>(
  { store, onError }: SnapshotSetting,
  aggregate: Foldable<string, E, State>,
  aggregateId: string,
  signal: AbortSignal | undefined,
): Promise<Loaded<State> | undefined> {
  const { type: aggregateType, stateVersion, snapshot } = aggregate;
  if (snapshot === undefined) return undefined;
  try {
    const found = await store.load({ aggregateType, aggregateId, stateVersion }, options(signal));
    if (found === undefined) return undefined;
    return { state: (snapshot.decode ?? decodeJson<State>)(found.state), nonce: found.aggregateNonce };
  } catch (error) {
    signal?.throwIfAborted();
    onError(error);
    return undefined;
  }
}

/**
 * Keeps a state when it is due. Never throws: the events that lead to it are recorded, and that is what
 * counts.
 */
export async function keepSnapshot<E extends EventSchemas, State>(
  { store, onError }: SnapshotSetting,
  aggregate: Foldable<string, E, State>,
  aggregateId: string,
  { state, nonce }: Loaded<State>,
  before: bigint,
): Promise<void> {
  const { type: aggregateType, stateVersion, snapshot } = aggregate;
  if (snapshot === undefined || !isDue(snapshot, before, nonce)) return;
  try {
    const bytes = (snapshot.encode ?? encodeJson)(state);
    const kept: Snapshot = { aggregateType, aggregateId, stateVersion, aggregateNonce: nonce, state: bytes };
    await store.save(kept, options(undefined));
  } catch (error) {
    onError(error);
  }
}

/** Whether the events after `before` up to `nonce` pass a multiple of the policy's number. */
function isDue({ every }: SnapshotPolicy, before: bigint, nonce: bigint): boolean {
  return nonce / BigInt(every) > before / BigInt(every);
}

function encodeJson(state: unknown): Uint8Array {
  const flaw = jsonFlaw(state);
  if (flaw !== undefined)
    throw new TypeError(`The state was not kept: ${flaw}. Give the snapshot an encoding.`);
  return new TextEncoder().encode(JSON.stringify(state));
}

function decodeJson<State>(bytes: Uint8Array): State {
  // What was encoded is a state of this very version.
  return JSON.parse(new TextDecoder().decode(bytes)) as State;
}
