import { eventStoreContract } from "@leftfold/testing";
import { memoryBackend } from "./memory-backend.ts";

// #region readme
eventStoreContract({
  name: "memory",
  makeBackend: async () => ({ backend: memoryBackend({ heartbeatMs: 50 }) }),
  heartbeatMs: 50,
});
// #endregion readme
