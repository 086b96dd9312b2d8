import { referenceBackend } from "../reference/reference-backend.ts";
import { eventStoreContract } from "./event-store-contract.ts";

eventStoreContract({
  name: "the reference store",
  makeBackend: async () => ({ backend: referenceBackend({ heartbeatMs: 50 }) }),
  heartbeatMs: 50,
});
