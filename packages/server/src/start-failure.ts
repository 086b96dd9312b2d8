import { EventStoreError } from "@leftfold/core";
import { EmbeddedPostgresError } from "@leftfold/embedded-postgres";
import type { Config } from "./config.ts";
import { describeDatabase } from "./describe-database.ts";

/** Why the server could not start, and what to do, in a sentence or two and without a stack. */
export function startFailure(error: unknown, { bindAddr, backend }: Config & { kind: "serve" }): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  const where = `${bindAddr.host}, port ${bindAddr.port}`;
  const how = "with --bind-addr or BIND_ADDR";
  switch (code) {
    case "EADDRINUSE":
      return `Something else listens on ${where}. Stop it, or choose another address ${how}.`;
    case "EACCES":
      return `This user may not listen on ${where}. Choose a port above 1023 ${how}.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `This machine has no address ${bindAddr.host} to listen on. Choose one that it has ${how}.`;
  }
  if (error instanceof EmbeddedPostgresError) return `The embedded PostgreSQL did not start. ${message}`;
  if (error instanceof EventStoreError && backend.kind === "postgres") {
    return `The store on PostgreSQL at ${describeDatabase(backend.databaseUrl)} did not open. ${message}`;
  }
  return `It could not start. ${error instanceof Error ? error.message : String(error)}`;
}

/** Why the server did not end as it should; what it acknowledged is safe nevertheless. */
export function stopFailure(error: unknown): string {
  return `It did not stop cleanly. ${error instanceof Error ? error.message : String(error)}`;
}
