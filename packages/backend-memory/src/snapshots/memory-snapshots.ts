import {
  beginCall,
  type CallOptions,
  Lifetime,
  type Snapshot,
  type SnapshotId,
  type SnapshotStore,
  validateSnapshot,
  validateSnapshotAggregate,
  validateSnapshotId,
} from "@leftfold/core";

/**
 * One tenant's snapshots in this process's memory: they behave as the durable ones do, and are gone with the
 * store. Its bound is the memory that there is: one snapshot per aggregate.
 */
export function memorySnapshots(): SnapshotStore {
  return new MemorySnapshots();
}

class MemorySnapshots implements SnapshotStore {
  readonly #lifetime = new Lifetime();
  /** The newest snapshot of each aggregate. */
  readonly #snapshots = new Map<string, Snapshot>();

  async load(id: SnapshotId, options?: CallOptions): Promise<Snapshot | undefined> {
    this.#admit(options);
    validateSnapshotId(id);
    const snapshot = this.#snapshots.get(keyOf(id));
    return snapshot?.stateVersion === id.stateVersion ? copyOf(snapshot) : undefined;
  }

  async save(snapshot: Snapshot, options?: CallOptions): Promise<void> {
    this.#admit(options);
    validateSnapshot(snapshot);
    const last = this.#snapshots.get(keyOf(snapshot));
    if (last === undefined || !goesBack(last, snapshot)) {
      this.#snapshots.set(keyOf(snapshot), copyOf(snapshot));
    }
  }

  async remove(aggregate: Omit<SnapshotId, "stateVersion">, options?: CallOptions): Promise<void> {
    this.#admit(options);
    validateSnapshotAggregate(aggregate);
    this.#snapshots.delete(keyOf(aggregate));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
    this.#snapshots.clear();
  }

  /** For a call that is over before anything could end it. */
  #admit(options: CallOptions | undefined): void {
    this.#lifetime.throwIfClosed();
    beginCall(options).end();
  }
}

/** Whether a snapshot is of an older event, or of a lower state version, than the last one. */
function goesBack(last: Snapshot, { aggregateNonce, stateVersion }: Snapshot): boolean {
  return aggregateNonce < last.aggregateNonce || stateVersion < last.stateVersion;
}

/** The state is copied on the way in and out: nobody can change what is kept. */
function copyOf({ aggregateType, aggregateId, stateVersion, aggregateNonce, state }: Snapshot): Snapshot {
  return { aggregateType, aggregateId, stateVersion, aggregateNonce, state: new Uint8Array(state) };
}

/** No two aggregates have the same: the length tells where the type ends. */
function keyOf({ aggregateType, aggregateId }: Omit<SnapshotId, "stateVersion">): string {
  return `${aggregateType.length}:${aggregateType}${aggregateId}`;
}
