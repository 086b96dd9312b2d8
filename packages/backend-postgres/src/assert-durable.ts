import { InternalError } from "@leftfold/core";
import type { Sql } from "postgres";

/**
 * Refuses a PostgreSQL that may forget what it has acknowledged.
 *
 * @throws `internal` naming the setting, unless data loss is allowed.
 */
export async function assertDurable(sql: Sql, allowDataLoss: boolean): Promise<void> {
  if (allowDataLoss) return;
  const settings = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name in ('fsync', 'synchronous_commit') and setting = 'off'`;
  if (settings.length === 0) return;
  throw new InternalError({
    message:
      `PostgreSQL runs with ${settings.map(({ name }) => `${name} = off`).join(" and ")}: it may lose events that it has ` +
      "acknowledged. Set it to on, or pass allowDataLoss: true where losing data is fine.",
  });
}
