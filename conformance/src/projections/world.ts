import { randomUUID } from "node:crypto";
import { memoryBackend, memoryLeases, memoryReadModels } from "@leftfold/backend-memory";
import { postgresBackend, postgresLeases, postgresReadModels } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import type { EventStore, LeaseStore, ReadModelStore } from "@leftfold/core";
import { startServer } from "@leftfold/server";
import postgres from "postgres";

/** What an application stands on. */
export interface World extends AsyncDisposable {
  readonly store: EventStore;
  readonly readModels: ReadModelStore;
  readonly leases: LeaseStore;
}

export interface WorldKind {
  readonly name: string;
  readonly open: () => Promise<World>;
}

/** Every way to run the same application. */
export const worlds: readonly WorldKind[] = [
  { name: "memory", open: memoryWorld },
  { name: "PostgreSQL", open: postgresWorld },
  { name: "client and server", open: servedWorld },
];

const tenantId = "bank";
const heartbeatMs = 100;

async function memoryWorld(): Promise<World> {
  const backend = memoryBackend({ heartbeatMs });
  return {
    store: backend.tenant(tenantId),
    readModels: memoryReadModels(),
    leases: memoryLeases(),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

/** A schema of its own, dropped in the end. */
export async function openSchema(): Promise<{ url: string; schema: string } & AsyncDisposable> {
  const url = process.env["DATABASE_URL"]!;
  const schema = `conformance_${randomUUID().replaceAll("-", "")}`;
  return {
    url,
    schema,
    async [Symbol.asyncDispose]() {
      const sql = postgres(url, { max: 1, onnotice: () => undefined });
      await sql.unsafe(`drop schema if exists "${schema}" cascade`);
      await sql.end();
    },
  };
}

/** Opens everything on a schema that may be there already. */
export async function onSchema(at: { url: string; schema: string }): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const options = { url: at.url, schema: at.schema };
  const backend = stack.use(await postgresBackend({ ...options, heartbeatMs, pollIntervalMs: 20 }));
  const readModels = stack.use(await postgresReadModels({ ...options, tenantId }));
  const leases = stack.use(await postgresLeases({ ...options, tenantId }));
  const owned = stack.move();
  return {
    store: backend.tenant(tenantId),
    // What runs here shares no transaction.
    readModels: readModels as ReadModelStore,
    leases,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function postgresWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await onSchema(stack.use(await openSchema())));
  const owned = stack.move();
  return { ...world, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function servedWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const schema = stack.use(await openSchema());
  const { readModels, leases } = stack.use(await onSchema(schema));
  const backend = stack.use(await postgresBackend({ ...schema, heartbeatMs, pollIntervalMs: 20 }));
  const server = stack.use(await startServer({ backend, bindAddr: "127.0.0.1:0" }));
  const client = stack.use(connect({ baseUrl: server.url }));
  const owned = stack.move();
  return {
    store: client.tenant(tenantId),
    readModels,
    leases,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
