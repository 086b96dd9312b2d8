import { readModelStoreContract } from "@leftfold/testing";
import { memoryReadModels } from "./memory-read-models.ts";

readModelStoreContract({
  name: "memory",
  makeStores: async () => ({ store: memoryReadModels(), otherTenant: memoryReadModels() }),
});
