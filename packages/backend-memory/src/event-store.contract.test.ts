import { eventStoreContract } from "@leftfold/testing";
import { memoryBackend } from "./memory-backend.ts";

const heartbeatMs = 50;

eventStoreContract({
  name: "memory",
  heartbeatMs,
  makeBackend: async () => ({ backend: memoryBackend({ heartbeatMs }) }),
});
