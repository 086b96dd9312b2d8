import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { postgresReadModels } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import type { Bank } from "./tour.ts";

export interface WorldOptions {
  readonly tenantId: string;
  /** The PostgreSQL of the read models; they are in memory when absent. */
  readonly databaseUrl: string | undefined;
  /** A server that runs already; when absent, one is started, in memory. */
  readonly serverUrl: string | undefined;
  readonly schema?: string;
}

/** A log, reached through a client, and a place for documents. */
export async function openWorld(options: WorldOptions): Promise<Bank & AsyncDisposable> {
  const { tenantId, databaseUrl, serverUrl, schema } = options;
  await using opening = new AsyncDisposableStack();
  const baseUrl = serverUrl ?? opening.use(await memoryServer()).url;
  const client = opening.use(connect({ baseUrl }));
  const documents = opening.use(
    databaseUrl === undefined
      ? memoryReadModels()
      : await postgresReadModels({ url: databaseUrl, tenantId, ...(schema !== undefined && { schema }) }),
  );
  const open = opening.move();
  return { store: client.tenant(tenantId), documents, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

async function memoryServer() {
  await using opening = new AsyncDisposableStack();
  const backend = opening.use(memoryBackend());
  const server = opening.use(await startServer({ backend, bindAddr: "127.0.0.1:0" }));
  const open = opening.move();
  return { url: server.url, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
