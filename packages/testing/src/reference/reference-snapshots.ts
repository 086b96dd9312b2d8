import {
  beginCall,
  type CallOptions,
  type Snapshot,
  type SnapshotId,
  type SnapshotStore,
  UnavailableError,
  validateSnapshot,
  validateSnapshotAggregate,
  validateSnapshotId,
} from "@leftfold/core";

/** What snapshots are kept by. The contract suite is tried on broken ones. */
export interface SnapshotRules {
  readonly replaces: (last: Snapshot, snapshot: Snapshot) => boolean;
  readonly finds: (snapshot: Snapshot, id: SnapshotId) => boolean;
  readonly copy: (snapshot: Snapshot) => Snapshot;
  readonly keyOf: (tenant: string, aggregate: Omit<SnapshotId, "stateVersion">) => string;
}

const rules: SnapshotRules = {
  replaces: (last, { aggregateNonce, stateVersion }) =>
    aggregateNonce >= last.aggregateNonce && stateVersion >= last.stateVersion,
  finds: (snapshot, id) => snapshot.stateVersion === id.stateVersion,
  copy: (snapshot) => ({ ...snapshot, state: new Uint8Array(snapshot.state) }),
  keyOf: (tenant, { aggregateType, aggregateId }) => JSON.stringify([tenant, aggregateType, aggregateId]),
};

/** The snapshots of a tenant, small enough to be seen to be right, unless a rule is broken. */
export function referenceSnapshots(
  snapshots: Map<string, Snapshot>,
  tenant: string,
  broken: Partial<SnapshotRules> = {},
): SnapshotStore {
  const { replaces, finds, copy, keyOf } = { ...rules, ...broken };
  let isClosed = false;
  const admit = (options: CallOptions | undefined): void => {
    if (isClosed) throw new UnavailableError("The store was closed.");
    beginCall(options).end();
  };
  return {
    async load(id, options) {
      admit(options);
      validateSnapshotId(id);
      const snapshot = snapshots.get(keyOf(tenant, id));
      return snapshot !== undefined && finds(snapshot, id) ? copy(snapshot) : undefined;
    },
    async save(snapshot, options) {
      admit(options);
      validateSnapshot(snapshot);
      const key = keyOf(tenant, snapshot);
      const last = snapshots.get(key);
      if (last === undefined || replaces(last, snapshot)) snapshots.set(key, copy(snapshot));
    },
    async remove(aggregate, options) {
      admit(options);
      validateSnapshotAggregate(aggregate);
      snapshots.delete(keyOf(tenant, aggregate));
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
    },
  };
}
