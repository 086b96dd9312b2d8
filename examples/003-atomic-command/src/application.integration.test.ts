import { randomUUID } from "node:crypto";
import { postgresBackend } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import { applicationSuite } from "./application-suite.ts";

applicationSuite("clients and server, on PostgreSQL", async () => {
  const schema = `example_003_${randomUUID().replaceAll("-", "")}`;
  const backend = await postgresBackend({ url: process.env["DATABASE_URL"]!, schema });
  const server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  const clients = new AsyncDisposableStack();
  return {
    openClient: () => clients.use(connect({ baseUrl: server.url })).tenant("bank"),
    async [Symbol.asyncDispose]() {
      await clients.disposeAsync();
      await server.close();
      await backend[Symbol.asyncDispose]();
    },
  };
});
