import { nonceMax, type Snapshot, type SnapshotId, type SnapshotStore, uint32Max } from "@leftfold/core";
import fc from "fast-check";
import { meetingNames } from "../../arbitraries/names.ts";
import { arbitrarySpoiling, type Spoiling, spoiled } from "../../arbitraries/spoiled.ts";
import type { Action, LockstepPort } from "../lockstep-port.ts";
import { inWords } from "../shown.ts";
import { type TenantStores, tenantsMax } from "../tenant-stores.ts";

interface Call {
  readonly tenant: number;
  readonly spoiling: Spoiling | undefined;
}

/** What can be done with a snapshot store. */
type SnapshotCommand =
  | ({ readonly kind: "save"; readonly snapshot: Snapshot } & Call)
  | ({ readonly kind: "load"; readonly id: SnapshotId } & Call)
  | ({ readonly kind: "remove"; readonly aggregate: Omit<SnapshotId, "stateVersion"> } & Call);

type SnapshotSide = TenantStores<SnapshotStore>;

export const snapshotPort: LockstepPort<SnapshotSide, SnapshotCommand> = {
  name: "a snapshot store",
  command: arbitrarySnapshotCommand(),
  action: async (command) => actionOf(command),
  // A store cannot tell what it has: loads on the way look at it.
  sights: () => [],
};

function arbitrarySnapshotCommand(): fc.Arbitrary<SnapshotCommand> {
  const { aggregateType, aggregateId } = meetingNames();
  // Few names mostly, so that a snapshot is replaced, and found; some are alike when they are joined.
  const aggregate = {
    aggregateType: fc.oneof({ weight: 5, arbitrary: fc.constantFrom("order", "ordero") }, aggregateType),
    aggregateId: fc.oneof({ weight: 5, arbitrary: fc.constantFrom("o1", "1") }, aggregateId),
  };
  const version = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) },
    fc.constantFrom(uint32Max, uint32Max - 1),
  );
  const nonce = fc.oneof(
    { weight: 9, arbitrary: fc.bigInt({ min: 1n, max: 12n }) },
    fc.constantFrom(nonceMax, nonceMax - 1n, 2n ** 53n + 1n, 2n ** 53n),
  );
  const snapshot = fc.record({
    ...aggregate,
    stateVersion: version,
    aggregateNonce: nonce,
    state: fc.uint8Array({ maxLength: 30 }),
  });
  const call = { tenant: fc.nat(tenantsMax - 1), spoiling: arbitrarySpoiling() };
  const id = fc.record({ ...aggregate, stateVersion: version });
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("save" as const), snapshot, ...call }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("load" as const), id, ...call }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("remove" as const),
        aggregate: fc.record(aggregate),
        ...call,
      }),
    },
  );
}

function actionOf(command: SnapshotCommand): Action<SnapshotSide> {
  const { tenant, spoiling } = command;
  switch (command.kind) {
    case "save": {
      const snapshot = spoiled(command.snapshot, spoiling);
      return {
        words: `save tenant ${tenant}'s snapshot ${inWords(snapshot)}`,
        run: (side) => savedAndChanged(side.store(tenant), snapshot),
      };
    }
    case "load": {
      const id = spoiled(command.id, spoiling);
      return {
        words: `load tenant ${tenant}'s snapshot ${inWords(id)}`,
        run: (side) => loadedAndChanged(side.store(tenant), id),
      };
    }
    case "remove": {
      const aggregate = spoiled(command.aggregate, spoiling);
      return {
        words: `remove tenant ${tenant}'s snapshot ${inWords(aggregate)}`,
        run: (side) => side.store(tenant).remove(aggregate),
      };
    }
  }
}

/** What the caller does afterwards to the state that it has saved is nothing to the store. */
async function savedAndChanged(store: SnapshotStore, snapshot: Snapshot): Promise<void> {
  if (!(snapshot?.state instanceof Uint8Array)) return await store.save(snapshot);
  const state = new Uint8Array(snapshot.state);
  await store.save({ ...snapshot, state });
  state.fill(0);
}

/** Nor is what the caller does to the state that it was given. */
async function loadedAndChanged(store: SnapshotStore, id: SnapshotId): Promise<Snapshot | undefined> {
  const snapshot = await store.load(id);
  if (snapshot === undefined) return undefined;
  const kept = { ...snapshot, state: new Uint8Array(snapshot.state) };
  snapshot.state.fill(0);
  return kept;
}
