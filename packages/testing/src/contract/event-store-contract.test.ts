import { referenceBackend } from "../reference/reference-backend.ts";
import type { ReferenceLog } from "../reference/reference-log.ts";
import { eventStoreContract } from "./event-store-contract.ts";

eventStoreContract({
  name: "the reference store",
  makeBackend: async () => ({ backend: referenceBackend({ heartbeatMs: 50 }) }),
  heartbeatMs: 50,
});

eventStoreContract({
  name: "two reference stores on the same logs",
  makeBackend: async () => {
    const logs = new Map<string, ReferenceLog>();
    return [referenceBackend({ heartbeatMs: 50, logs }), referenceBackend({ heartbeatMs: 50, logs })];
  },
  heartbeatMs: 50,
});
