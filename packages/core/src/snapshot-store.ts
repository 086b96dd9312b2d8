import type { CallOptions } from "./event-store.ts";

/** Whose state, and of which shape. */
export interface SnapshotId {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The version of the state's shape, from 1. Snapshots of other versions are not found. */
  readonly stateVersion: number;
}

/** An aggregate's state after some event. */
export interface Snapshot extends SnapshotId {
  /** The aggregate nonce of the last event that the state holds; from 1. */
  readonly aggregateNonce: bigint;
  /** The state, encoded by whoever saves it; at most 16 MiB. */
  readonly state: Uint8Array;
}

/** One tenant's snapshots: the newest of each aggregate. All of them may vanish at any time. */
export interface SnapshotStore extends AsyncDisposable {
  /** Undefined when there is none of this state version. */
  load(id: SnapshotId, options?: CallOptions): Promise<Snapshot | undefined>;
  /**
   * Keeps a snapshot in place of the aggregate's last one. One of an older event, or of a lower state
   * version, than what is there changes nothing. Safe to repeat.
   *
   * @throws `invalid-argument` naming the field, its value and the limit.
   */
  save(snapshot: Snapshot, options?: CallOptions): Promise<void>;
  /** Removes an aggregate's snapshot. Safe to repeat. */
  remove(aggregate: Omit<SnapshotId, "stateVersion">, options?: CallOptions): Promise<void>;
}
