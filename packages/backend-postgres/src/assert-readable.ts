import { InternalError } from "@leftfold/core";
import type { Sql } from "postgres";

const needed: Readonly<Record<string, string>> = { bytea_output: "hex", server_encoding: "UTF8" };

/**
 * Refuses a database in which names could not be stored, or bytes would be misread.
 *
 * @throws `internal` naming the setting.
 */
export async function assertReadable(sql: Sql): Promise<void> {
  const settings = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name in ('bytea_output', 'server_encoding')`;
  for (const { name, setting } of settings) {
    if (setting === needed[name]) continue;
    const message = `PostgreSQL has ${name} = ${setting} for this database and role, where ${needed[name]} is needed.`;
    throw new InternalError({ message });
  }
}
