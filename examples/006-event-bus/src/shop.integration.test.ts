import { randomUUID } from "node:crypto";
import { postgresBackend, postgresReadModels } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import { shopSuite } from "./shop-suite.ts";

shopSuite("client and server, on PostgreSQL", async () => {
  const schema = `example_006_${randomUUID().replaceAll("-", "")}`;
  const url = process.env["DATABASE_URL"]!;
  const backend = await postgresBackend({ url, schema });
  const kept = await postgresReadModels({ url, schema, tenantId: "shop" });
  const server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  const client = connect({ baseUrl: server.url });
  return {
    store: client.tenant("shop"),
    kept,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server.close();
      await kept[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
});
