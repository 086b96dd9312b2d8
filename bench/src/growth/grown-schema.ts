import { openInProcess } from "../contenders/open-store.ts";
import type { TestBed } from "../harness/benchmark.ts";
import type { Database } from "../postgres/database.ts";
import { fillLog } from "./fill-log.ts";
import { verifyLog } from "./verify-log.ts";

/** What earlier runs may have appended to a log that was kept. */
const keptGrowthMax = 1.3;

/**
 * The name of a schema with a log of so many events: one that was kept by an earlier run, if that is wanted and there is one, and
 * else a new one.
 */
export async function grownSchema({ database, keep = false }: TestBed, events: number): Promise<string> {
  const schema = keep ? `bench_kept_${events}` : database.freshSchema();
  if (keep && (await isFilled(database, schema, events))) return schema;
  await database.dropSchema(schema);
  await fillLog(database.url, schema, events);
  const opened = await openInProcess(database, schema);
  try {
    await verifyLog(database, schema, opened.store, events);
  } finally {
    await opened[Symbol.asyncDispose]();
  }
  return schema;
}

async function isFilled({ sql }: Database, schema: string, events: number): Promise<boolean> {
  const [found] = await sql<[{ there: boolean }]>`
    select to_regclass(${`${schema}.tenants`}) is not null as there`;
  if (!found.there) return false;
  const [tenant] = await sql.unsafe<{ head: string }[]>(`select head from "${schema}".tenants`);
  const head = Number(tenant?.head ?? 0);
  return head >= events && head <= events * keptGrowthMax;
}
