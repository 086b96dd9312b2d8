import { postgresBackend } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import type { EventStore } from "@leftfold/core";
import type { CpuAccount } from "../harness/cpu-time.ts";
import { type ProfiledProcess, thisProcess } from "../harness/profile.ts";
import type { Database } from "../postgres/database.ts";
import { type ServerProcess, startServerProcess } from "../processes/server-process.ts";
import { tenantId } from "../workload/tenant.ts";

/** One tenant's log, reached in one way or another. */
export interface OpenStore extends AsyncDisposable {
  readonly store: EventStore;
  /** Whose CPU time counts, beside this process' and PostgreSQL's. */
  readonly accounts: readonly CpuAccount[];
  readonly profiled: readonly ProfiledProcess[];
}

/** A store on the tables in `schema`; opening another on the same schema reaches the same log. */
export type StoreOpener = (database: Pick<Database, "url">, schema: string) => Promise<OpenStore>;

/** The backend in this process. */
export const openInProcess: StoreOpener = async ({ url }, schema) => {
  const backend = await postgresBackend({ url, schema });
  return {
    store: backend.tenant(tenantId),
    accounts: [],
    profiled: [thisProcess("client")],
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
};

/** The client in this process, the server in another. */
export const openRemote = async (
  { url: databaseUrl }: Pick<Database, "url">,
  schema: string,
): Promise<OpenStore & { readonly server: ServerProcess }> => {
  const server = await startServerProcess({ databaseUrl, schema, shortPath: true });
  const client = connect({ baseUrl: server.url });
  return {
    server,
    store: client.tenant(tenantId),
    accounts: [server.account],
    profiled: [thisProcess("client"), server.child],
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
};
