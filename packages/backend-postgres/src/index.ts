export type { QueueBounds } from "./append-queue.ts";
export { migrationSql } from "./migrate.ts";
export { type PostgresBackendOptions, postgresBackend } from "./postgres-backend.ts";
export { type PostgresLeasesOptions, postgresLeases } from "./leases/postgres-leases.ts";
export { type PostgresSnapshotsOptions, postgresSnapshots } from "./snapshots/postgres-snapshots.ts";
export {
  type PostgresReadModelStore,
  type PostgresReadModelsOptions,
  postgresReadModels,
} from "./read-models/postgres-read-models.ts";
export { readModelIndexSql } from "./read-models/index-sql.ts";
