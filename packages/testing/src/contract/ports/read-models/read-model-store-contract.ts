import type { ReadModelStore } from "@leftfold/core";
import { describe, test } from "vitest";
import type { ContractArea } from "../../contract-area.ts";
import { portCalls } from "../port-calls.ts";
import { type PortStores, runOverStores } from "../port-stores.ts";
import { committingDocuments } from "./committing-documents.ts";
import { filteringDocuments } from "./filtering-documents.ts";
import { invalidReadModels } from "./invalid-read-models.ts";
import { movingCheckpoints } from "./moving-checkpoints.ts";
import { orderingAndPaging } from "./ordering-and-paging.ts";
import { aCommit, balances, put, type ReadModelContext } from "./read-model-context.ts";
import { readModelVersions } from "./read-model-versions.ts";

export interface ReadModelStoreContractOptions {
  /** What implements the contract, as test names show it. */
  readonly name: string;
  /** Gives stores that nothing was written to; called once for each test. */
  readonly makeStores: () => Promise<PortStores<ReadModelStore>>;
}

export const readModelAreas: readonly ContractArea<ReadModelContext>[] = [
  committingDocuments,
  movingCheckpoints,
  filteringDocuments,
  orderingAndPaging,
  readModelVersions,
  invalidReadModels,
  portCalls<ReadModelStore, ReadModelContext>({
    define: (store, options) => store.define(balances, options),
    checkpoint: (store, options) => store.checkpoint(balances, options),
    commit: (store, options) => store.commit(aCommit({ to: 0n, writes: [put("a")] }), options),
    getMany: (store, options) => store.getMany(balances, ["a"], options),
    find: (store, options) => store.find(balances, {}, options),
    count: (store, options) => store.count(balances, undefined, options),
    activeVersion: (store, options) => store.activeVersion("balances", options),
    activate: (store, options) => store.activate(balances, options),
    drop: (store, options) => store.drop(balances, options),
  }),
];

/** Declares the vitest tests that a `ReadModelStore` has to pass. */
export function readModelStoreContract({ name, makeStores }: ReadModelStoreContractOptions): void {
  describe(`the ReadModelStore contract over ${name}`, () => {
    for (const area of readModelAreas) {
      describe(area.name, () => {
        for (const { name, run } of area.tests) {
          test(name, async () => runOverStores(await makeStores(), run));
        }
      });
    }
  });
}
