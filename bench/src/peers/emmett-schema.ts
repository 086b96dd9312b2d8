import postgres from "postgres";
import type { Database } from "../postgres/database.ts";

/** A schema in which Emmett can make its tables, beside whatever else is in the same database. */
export interface EmmettSchema extends AsyncDisposable {
  /** Connects to the database with this schema alone on the search path, as Emmett and Pongo need it. */
  readonly url: string;
  readonly schema: string;
}

/** "emmett" in ASCII, as a number: whoever has the lock may have the one Emmett of this database. */
const lockKey = "111520661206132";
const lockTimeout = "10min";

/**
 * Makes a schema for Emmett in the benchmark's own database.
 *
 * Its tables and functions follow the search path, but it creates a function only where none of that name is
 * in any schema of the database (`pg_proc`, by name alone). So there is at most one at a time; another waits,
 * at most ten minutes, until this one is disposed of.
 *
 * @throws Error when the database has an Emmett already, which would be found in place of this one.
 */
export async function openEmmettSchema(database: Database): Promise<EmmettSchema> {
  const holder = postgres(database.url, { max: 1, idle_timeout: 0, onnotice: () => {} });
  try {
    await holder.unsafe(`set lock_timeout = '${lockTimeout}'; select pg_advisory_lock(${lockKey})`);
    const [found] = await holder<{ schema: string }[]>`
      select n.nspname as schema from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.proname = 'emt_append_to_stream' limit 1`;
    if (found !== undefined) {
      throw new Error(
        `This database has an Emmett already, in schema "${found.schema}"; drop it, or use another.`,
      );
    }
    const schema = database.freshSchema();
    await holder.unsafe(`create schema "${schema}"`);
    return {
      schema,
      url: withSearchPath(database.url, schema),
      [Symbol.asyncDispose]: async () => {
        await database.dropSchema(schema);
        await holder.end();
      },
    };
  } catch (error) {
    await holder.end();
    throw error;
  }
}

function withSearchPath(url: string, schema: string): string {
  const there = new URL(url);
  there.searchParams.set("options", `-c search_path=${schema}`);
  // URLSearchParams writes a space as "+", which pg takes for a plus.
  there.search = there.search.replaceAll("+", "%20");
  return there.href;
}
