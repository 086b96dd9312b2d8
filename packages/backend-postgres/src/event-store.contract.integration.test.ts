import { randomUUID } from "node:crypto";
import { eventStoreContract } from "@leftfold/testing";
import { postgresBackend } from "./postgres-backend.ts";

const url = process.env["DATABASE_URL"]!;
const heartbeatMs = 100;

eventStoreContract({
  name: "PostgreSQL",
  heartbeatMs,
  makeBackend: async () => ({ backend: await postgresBackend({ url, schema: newSchema(), heartbeatMs }) }),
});

eventStoreContract({
  name: "two backends on one PostgreSQL",
  heartbeatMs,
  makeBackend: async () => {
    const options = { url, schema: newSchema(), heartbeatMs, pollIntervalMs: 50 };
    return { backend: await postgresBackend(options), peer: await postgresBackend(options) };
  },
});

function newSchema(): string {
  return `contract_${randomUUID().replaceAll("-", "")}`;
}
