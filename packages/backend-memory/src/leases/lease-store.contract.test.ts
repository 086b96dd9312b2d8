import { leaseStoreContract } from "@leftfold/testing";
import { memoryLeases } from "./memory-leases.ts";

leaseStoreContract({
  name: "memory, on a clock that is held still",
  makeStores: async () => {
    let nowMs = 0;
    const clock = (): Date => new Date(nowMs);
    const letPass = (durationMs: number): void => {
      nowMs += durationMs;
    };
    return { store: memoryLeases({ clock }), otherTenant: memoryLeases({ clock }), letPass };
  },
});

leaseStoreContract({
  name: "memory, on the system's clock",
  makeStores: async () => ({ store: memoryLeases(), otherTenant: memoryLeases() }),
});
