import type { Database } from "./database.ts";

/** Counts what a database is asked. */
export interface QueryMeter {
  start(): Promise<void>;
  /** Transactions each second since the start: statements, where each is a transaction of its own. */
  perSecond(): Promise<number>;
}

/**
 * Asks PostgreSQL how many transactions a database has ended. Its backends report them about once a second, so over some
 * seconds it is exact to a tenth.
 *
 * @param database whose `url` names the one that is counted; asked is another, whose own queries do not count.
 */
export function queryMeter({ sql, url }: Pick<Database, "sql" | "url">): QueryMeter {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const ended = async (): Promise<number> => {
    const [row] = await sql<{ count: string }[]>`
      select xact_commit + xact_rollback as count from pg_stat_database where datname = ${name}`;
    return Number(row?.count ?? 0);
  };
  let before = 0;
  let startedMs = 0;
  return {
    start: async () => {
      startedMs = performance.now();
      before = await ended();
    },
    perSecond: async () => {
      const seconds = (performance.now() - startedMs) / 1000;
      return ((await ended()) - before) / seconds;
    },
  };
}
