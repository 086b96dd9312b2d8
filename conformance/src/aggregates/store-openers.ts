import { randomUUID } from "node:crypto";
import { memoryBackend } from "@leftfold/backend-memory";
import { postgresBackend } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import type { EventStore, EventStoreBackend } from "@leftfold/core";
import { startServer } from "@leftfold/server";

/** One tenant's log, as several clients have it. */
export interface OpenedStore extends AsyncDisposable {
  /** A store as another client opens it, over a connection of its own where there are connections. */
  client(): EventStore;
}

/** Opens an empty log. */
export type StoreOpener = () => Promise<OpenedStore>;

export const openMemory: StoreOpener = async () => shared(memoryBackend());

export const openPostgres: StoreOpener = async () => shared(await newPostgres());

export const openClientOfMemory: StoreOpener = () => served(memoryBackend());

export const openClientOfPostgres: StoreOpener = async () => served(await newPostgres());

function newPostgres(): Promise<EventStoreBackend> {
  const schema = `aggregates_${randomUUID().replaceAll("-", "")}`;
  return postgresBackend({ url: process.env["DATABASE_URL"]!, schema });
}

function shared(backend: EventStoreBackend): OpenedStore {
  return {
    client: () => backend.tenant("bank"),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

async function served(backend: EventStoreBackend): Promise<OpenedStore> {
  const server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  const connections: EventStoreBackend[] = [];
  return {
    client() {
      const connection = connect({ baseUrl: server.url });
      connections.push(connection);
      return connection.tenant("bank");
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()));
      await server.close();
      await backend[Symbol.asyncDispose]();
    },
  };
}
