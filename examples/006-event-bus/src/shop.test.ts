import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { shopSuite } from "./shop-suite.ts";

shopSuite("a store within this process", async () => {
  const backend = memoryBackend();
  const kept = memoryReadModels();
  return {
    store: backend.tenant("shop"),
    kept,
    async [Symbol.asyncDispose]() {
      await kept[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
});
