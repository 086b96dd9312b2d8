export { type MemoryBackendOptions, memoryBackend } from "./memory-backend.ts";
export { type MemoryLeasesOptions, memoryLeases } from "./leases/memory-leases.ts";
export { memorySnapshots } from "./snapshots/memory-snapshots.ts";
export { memoryReadModels } from "./read-models/memory-read-models.ts";
