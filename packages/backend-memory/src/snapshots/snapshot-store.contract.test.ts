import { snapshotStoreContract } from "@leftfold/testing";
import { memorySnapshots } from "./memory-snapshots.ts";

snapshotStoreContract({
  name: "memory",
  makeStores: async () => ({ store: memorySnapshots(), otherTenant: memorySnapshots() }),
});
