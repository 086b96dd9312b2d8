import type { Sql } from "postgres";

/** How many connections a database has from clients. */
export async function databaseConnections(sql: Sql, url: string): Promise<number> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const [row] = await sql<{ count: string }[]>`
    select count(*) from pg_stat_activity where datname = ${name} and backend_type = 'client backend'`;
  return Number(row?.count ?? 0);
}
