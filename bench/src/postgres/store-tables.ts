import type { Sql } from "postgres";
import { eventStore } from "../../../packages/backend-postgres/src/migrations/0001-event-store.ts";

/** Creates the tables of the store, with its indexes and triggers, for those who write to them in another way. */
export async function createStoreTables(sql: Sql, schema: string): Promise<void> {
  await sql.unsafe(`create schema "${schema}"; ${eventStore(`"${schema}"`)}`);
}
