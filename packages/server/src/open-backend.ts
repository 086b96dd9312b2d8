import { resolve } from "node:path";
import { memoryBackend } from "@leftfold/backend-memory";
import { postgresBackend } from "@leftfold/backend-postgres";
import type { EventStoreBackend } from "@leftfold/core";
import { startEmbeddedPostgres } from "@leftfold/embedded-postgres";
import type { BackendChoice } from "./config.ts";
import { describeDatabase } from "./describe-database.ts";
import type { ServerLog } from "./error-report.ts";

/**
 * A backend that the binary opened, and what a person should know of it. Disposing of it ends all that it
 * started.
 */
export interface OpenBackend extends AsyncDisposable {
  readonly backend: EventStoreBackend;
  /** What keeps the events, in a few words. */
  readonly kind: string;
  /** Where they lie, in a few words. */
  readonly place: string;
}

export interface OpenBackendOptions {
  readonly log: ServerLog;
  /** Gives up the start of an embedded PostgreSQL. */
  readonly signal: AbortSignal;
}

/** @throws whatever the backend cannot be opened for; nothing is left running then. */
export async function openBackend(choice: BackendChoice, options: OpenBackendOptions): Promise<OpenBackend> {
  switch (choice.kind) {
    case "memory":
      return inMemory();
    case "postgres":
      return onPostgres(choice.databaseUrl);
    case "embedded":
      return onEmbeddedPostgres(choice.dataDir, options);
  }
}

function inMemory(): OpenBackend {
  const backend = memoryBackend();
  return {
    backend,
    kind: "memory",
    place: "nowhere: events are gone when the server stops",
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

async function onPostgres(databaseUrl: string): Promise<OpenBackend> {
  const backend = await postgresBackend({ url: databaseUrl });
  return {
    backend,
    kind: "PostgreSQL",
    place: describeDatabase(databaseUrl),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

async function onEmbeddedPostgres(
  dataDir: string,
  { log, signal }: OpenBackendOptions,
): Promise<OpenBackend> {
  const onLog = (message: string): void => log.info({}, message);
  const postgres = await startEmbeddedPostgres({ dataDir, onLog, signal });
  try {
    const backend = await postgresBackend({ url: postgres.url });
    return {
      backend,
      kind: "embedded PostgreSQL",
      place: resolve(dataDir),
      async [Symbol.asyncDispose]() {
        try {
          await backend[Symbol.asyncDispose]();
        } finally {
          await postgres.stop();
        }
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
