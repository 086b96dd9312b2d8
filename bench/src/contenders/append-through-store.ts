import type { Contender, TestBed } from "../harness/benchmark.ts";
import type { Database } from "../postgres/database.ts";
import { deposit } from "../workload/deposit.ts";
import { type Appender, appendTrial } from "./append-trial.ts";
import { openInProcess, openRemote, type StoreOpener } from "./open-store.ts";

export function appendInProcess(bed: TestBed, writers: number): Contender {
  return {
    name: "in process",
    about: "Leftfold's backend for PostgreSQL in the writers' process",
    open: async () => appendTrial(bed, writers, await storeAppender(bed.database, openInProcess)),
  };
}

export function appendRemote(bed: TestBed, writers: number): Contender {
  return {
    name: "client and server",
    about: "Leftfold's client in the writers' process, the server in another",
    open: async () => appendTrial(bed, writers, await storeAppender(bed.database, openRemote)),
  };
}

/** Appends to a store on a schema of its own. */
export async function storeAppender(database: Database, openStore: StoreOpener): Promise<Appender> {
  const schema = database.freshSchema();
  const opened = await openStore(database, schema);
  return {
    append: (target) => opened.store.append(deposit(target)),
    accounts: opened.accounts,
    profiled: opened.profiled,
    extras: async () => ({ "events/commit": await eventsPerCommit(database, schema) }),
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]();
      await database.dropSchema(schema);
    },
  };
}

/** As the database saw it: rows that one transaction wrote have its number in `xmin`. */
async function eventsPerCommit({ sql }: Database, schema: string): Promise<number> {
  const [row] = await sql.unsafe<{ mean: number }[]>(
    `select count(*)::float8 / greatest(count(distinct xmin::text), 1) as mean from "${schema}".events`,
  );
  return row?.mean ?? 0;
}
