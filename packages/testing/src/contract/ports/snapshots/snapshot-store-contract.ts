import type { SnapshotStore } from "@leftfold/core";
import { describe, test } from "vitest";
import type { ContractArea } from "../../contract-area.ts";
import { portCalls } from "../port-calls.ts";
import { type PortStores, runOverStores } from "../port-stores.ts";
import { invalidSnapshots } from "./invalid-snapshots.ts";
import { keepingSnapshots } from "./keeping-snapshots.ts";
import { replacingSnapshots } from "./replacing-snapshots.ts";
import { account, aSnapshot, type SnapshotContext } from "./snapshot-context.ts";

export interface SnapshotStoreContractOptions {
  /** What implements the contract, as test names show it. */
  readonly name: string;
  /** Gives stores that nothing was written to; called once for each test. */
  readonly makeStores: () => Promise<PortStores<SnapshotStore>>;
}

export const snapshotAreas: readonly ContractArea<SnapshotContext>[] = [
  keepingSnapshots,
  replacingSnapshots,
  invalidSnapshots,
  portCalls<SnapshotStore, SnapshotContext>({
    load: (store, options) => store.load({ ...account, stateVersion: 1 }, options),
    save: (store, options) => store.save(aSnapshot(), options),
    remove: (store, options) => store.remove(account, options),
  }),
];

/** Declares the vitest tests that a `SnapshotStore` has to pass. */
export function snapshotStoreContract({ name, makeStores }: SnapshotStoreContractOptions): void {
  describe(`the SnapshotStore contract over ${name}`, () => {
    for (const area of snapshotAreas) {
      describe(area.name, () => {
        for (const { name, run } of area.tests) {
          test(name, async () => runOverStores(await makeStores(), run));
        }
      });
    }
  });
}
