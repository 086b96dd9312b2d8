import { randomUUID } from "node:crypto";
import { postgresBackend } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import { applicationSuite } from "./application-suite.ts";

applicationSuite("client and server, on PostgreSQL", async () => {
  const schema = `example_002_${randomUUID().replaceAll("-", "")}`;
  const backend = await postgresBackend({ url: process.env["DATABASE_URL"]!, schema });
  const server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  const client = connect({ baseUrl: server.url });
  return {
    store: client.tenant("bank"),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server.close();
      await backend[Symbol.asyncDispose]();
    },
  };
});
