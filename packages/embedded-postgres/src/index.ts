export type { EmbeddedPostgres } from "./embedded-postgres.ts";
export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from "./embedded-postgres-error.ts";
export type { EmbeddedPostgresOptions } from "./options.ts";
export type { ServerSettings } from "./server-settings.ts";
export { startEmbeddedPostgres } from "./start-embedded-postgres.ts";
