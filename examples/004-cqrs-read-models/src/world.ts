import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresBackend, postgresReadModels } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import type { EventStore, ReadModelStore } from "@leftfold/core";
import { startEmbeddedPostgres } from "@leftfold/embedded-postgres";
import { startServer } from "@leftfold/server";

/** What the bank stands on: a log, reached through a client, and documents in PostgreSQL. */
export interface World extends AsyncDisposable {
  readonly store: EventStore;
  readonly documents: ReadModelStore;
  /** Where all of it is, for people. */
  readonly place: string;
}

export interface WorldOptions {
  readonly tenantId: string;
  /** The PostgreSQL of the read models; one for this run only when absent. */
  readonly databaseUrl: string | undefined;
  /** A server that runs already; when absent, one is started on the same PostgreSQL. */
  readonly serverUrl: string | undefined;
  readonly schema?: string;
}

// #region world
export async function openWorld({ tenantId, databaseUrl, serverUrl, schema }: WorldOptions): Promise<World> {
  await using opening = new AsyncDisposableStack();
  const url = databaseUrl ?? opening.use(await temporaryPostgres()).url;
  const database = { url, ...(schema !== undefined && { schema }) };

  const baseUrl = serverUrl ?? opening.use(await serverOn(database)).url;
  const client = opening.use(connect({ baseUrl }));
  const documents = opening.use(await postgresReadModels({ ...database, tenantId }));

  const open = opening.move();
  return {
    store: client.tenant(tenantId),
    documents,
    place: `log: ${baseUrl}, read models: PostgreSQL at ${new URL(url).host}`,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
// #endregion world

async function serverOn(database: { readonly url: string; readonly schema?: string }) {
  await using opening = new AsyncDisposableStack();
  const backend = opening.use(await postgresBackend(database));
  const server = opening.use(await startServer({ backend, bindAddr: "127.0.0.1:0" }));
  const open = opening.move();
  return { url: server.url, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

async function temporaryPostgres() {
  await using opening = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "leftfold-example-"));
  opening.defer(() => rm(dataDir, { recursive: true, force: true }));
  const { url } = opening.use(await startEmbeddedPostgres({ dataDir }));
  const open = opening.move();
  return { url, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
