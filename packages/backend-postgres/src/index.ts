export type { QueueBounds } from "./append-queue.ts";
export { migrationSql } from "./migrate.ts";
export { type PostgresBackendOptions, postgresBackend } from "./postgres-backend.ts";
