import type { LeaseStore } from "@leftfold/core";
import { describe, test } from "vitest";
import type { ContractArea } from "../../contract-area.ts";
import { portCalls } from "../port-calls.ts";
import { runOverStores } from "../port-stores.ts";
import { givingUpLeases } from "./giving-up-leases.ts";
import { invalidLeases } from "./invalid-leases.ts";
import { type LeaseContext, type LeaseStores, longMs } from "./lease-context.ts";
import { listingLeases } from "./listing-leases.ts";
import { racingForLeases } from "./racing-for-leases.ts";
import { takingLeases } from "./taking-leases.ts";

export interface LeaseStoreContractOptions {
  /** What implements the contract, as test names show it. */
  readonly name: string;
  /** Gives stores that nothing was written to; called once for each test. */
  readonly makeStores: () => Promise<LeaseStores>;
}

export const leaseAreas: readonly ContractArea<LeaseContext>[] = [
  takingLeases,
  givingUpLeases,
  listingLeases,
  racingForLeases,
  invalidLeases,
  portCalls<LeaseStore, LeaseContext>({
    acquire: (store, options) => store.acquire({ name: "n", owner: "ann", durationMs: longMs }, options),
    release: (store, options) => store.release({ name: "n", owner: "ann", token: 1n }, options),
    list: (store, options) => store.list("", options),
  }),
];

/** Declares the vitest tests that a `LeaseStore` has to pass. */
export function leaseStoreContract({ name, makeStores }: LeaseStoreContractOptions): void {
  describe(`the LeaseStore contract over ${name}`, () => {
    for (const area of leaseAreas) {
      describe(area.name, () => {
        for (const { name, run } of area.tests) {
          test(name, async () => runOverStores<LeaseStore, LeaseStores>(await makeStores(), run));
        }
      });
    }
  });
}
