import type { EventStore } from "@leftfold/core";
import type { Sql } from "postgres";
import type { Contender, TestBed } from "../harness/benchmark.ts";
import { createColumnTable } from "../postgres/column-table.ts";
import { openPool } from "../postgres/open-pool.ts";
import { type LogShape, writeLog } from "../workload/read-log.ts";
import { openInProcess, openRemote } from "./open-store.ts";
import { reader } from "./read-trial.ts";

/** The same read, of a store and of a table with a column for each field. */
export interface ReadInTwoWays {
  readonly ofStore: (store: EventStore) => Promise<number>;
  readonly ofColumns: (sql: Sql, schema: string) => Promise<number>;
}

export const inProcess = "in process";
export const clientAndServer = "client and server";
export const columnByColumn = "column by column";

/** Writes a log, twice, and reads it in three ways. */
export async function readContenders(
  bed: TestBed,
  shape: LogShape,
  read: ReadInTwoWays,
): Promise<Contender[]> {
  const { database } = bed;
  const schema = database.freshSchema();
  const local = await openInProcess(database, schema);
  bed.closeLater(local);
  await writeLog(local.store, shape);
  const remote = await openRemote(database, schema);
  bed.closeLater(remote);
  const columnSchema = database.freshSchema();
  await createColumnTable(database.sql, columnSchema, shape);
  const sql = await openPool(database.url, 1);
  bed.closeLater({ [Symbol.asyncDispose]: () => sql.end() });
  // Sets hint bits and the visibility map, or the first to read would do it for those after.
  await database.sql.unsafe(`vacuum analyze "${schema}".events`);
  await database.sql.unsafe(`vacuum analyze "${columnSchema}".events`);
  return [
    reader(bed, inProcess, "Leftfold's backend for PostgreSQL in the reader's process", () =>
      read.ofStore(local.store),
    ),
    reader(bed, clientAndServer, "the server in another process", () => read.ofStore(remote.store), remote),
    reader(bed, columnByColumn, "postgres.js selects every field, in pages of 1,000, by keyset", () =>
      read.ofColumns(sql, columnSchema),
    ),
  ];
}
