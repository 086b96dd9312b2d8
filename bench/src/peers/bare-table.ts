import type { Database } from "../postgres/database.ts";
import { moved } from "./peer-log.ts";
import { movement } from "./run-load.ts";

/** The plainest table that could be a log: no index but what keeps positions and versions apart. */
export async function createBareTable(database: Database): Promise<string> {
  const schema = database.freshSchema();
  await database.sql.unsafe(`
    create schema "${schema}";
    create table "${schema}".events (
      position bigint generated always as identity primary key,
      stream text not null, version bigint not null, type text not null, data jsonb not null,
      unique (stream, version)
    )`);
  return schema;
}

export const bareType: string = moved;

/** What each row has for data; the same 256 bytes as everybody's events. */
export const bareData: string = JSON.stringify(movement);
