export type { QueueBounds } from "./append-queue.ts";
export { migrationSql } from "./migrate.ts";
export { type PostgresBackendOptions, postgresBackend } from "./postgres-backend.ts";
export { type PostgresLeasesOptions, postgresLeases } from "./leases/postgres-leases.ts";
export { type PostgresSnapshotsOptions, postgresSnapshots } from "./snapshots/postgres-snapshots.ts";
