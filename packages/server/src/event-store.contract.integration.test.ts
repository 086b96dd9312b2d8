import { randomUUID } from "node:crypto";
import { memoryBackend } from "@leftfold/backend-memory";
import { postgresBackend } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import type { EventStoreBackend } from "@leftfold/core";
import { type ContractBackend, eventStoreContract } from "@leftfold/testing";
import type { ServerOptions } from "./server-options.ts";
import { startServer } from "./start-server.ts";

const heartbeatMs = 50;

/** A client of a server of its own over each of the backends, which share their logs. */
async function throughServers(
  backends: readonly EventStoreBackend[],
  options: Partial<ServerOptions> = {},
): Promise<ContractBackend> {
  const servers = await Promise.all(
    backends.map((backend) => startServer({ ...options, backend, bindAddr: "127.0.0.1:0" })),
  );
  const [backend, peer] = servers.map(({ url }) => connect({ baseUrl: url }));
  return {
    backend: backend!,
    peer,
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server.close();
      for (const served of backends) await served[Symbol.asyncDispose]();
    },
  };
}

function postgres(schema: string): Promise<EventStoreBackend> {
  return postgresBackend({ url: process.env["DATABASE_URL"]!, schema, heartbeatMs });
}

function freshSchema(): string {
  return `server_contract_${randomUUID().replaceAll("-", "")}`;
}

eventStoreContract({
  name: "client, server, memory",
  makeBackend: () => throughServers([memoryBackend({ heartbeatMs })]),
  heartbeatMs,
});

eventStoreContract({
  name: "client, server without the short path, memory",
  makeBackend: () => throughServers([memoryBackend({ heartbeatMs })], { shortPath: false }),
  heartbeatMs,
});

eventStoreContract({
  name: "client, server, PostgreSQL",
  makeBackend: async () => throughServers([await postgres(freshSchema())]),
  heartbeatMs,
});

eventStoreContract({
  name: "clients, two servers, one PostgreSQL",
  makeBackend: async () => {
    const schema = freshSchema();
    return throughServers([await postgres(schema), await postgres(schema)]);
  },
  heartbeatMs,
});
