import { finished } from "node:stream/promises";
import type { Sql } from "postgres";
import { cpuAccounts } from "../contenders/append-trial.ts";
import type { Contender, TestBed, Trial } from "../harness/benchmark.ts";
import { closedLoop } from "../harness/closed-loop.ts";
import { cpuProbe } from "../harness/cpu-time.ts";
import { openPool } from "../postgres/open-pool.ts";
import { bareData, bareType, createBareTable } from "./bare-table.ts";
import type { AppendLoad } from "./load.ts";

const inFlightMax = 2;

/** Writes so many events of streams that were never there before, numbered from `first`, in one statement. */
type Insert = (sql: Sql, schema: string, first: number, count: number) => Promise<unknown>;

/**
 * The limits of committing in groups, with nothing to check and nobody to answer: all that so many writers
 * have under way, in as few statements as keep PostgreSQL busy.
 */
export function bareBatches(bed: TestBed, load: AppendLoad): Contender[] {
  const inFlight = Math.min(inFlightMax, load.writers);
  const batch = Math.ceil((load.writers * load.eventsPerAppend) / inFlight);
  const parameters = { batch, inFlight };
  const limit = (name: string, how: string, insert: Insert): Contender => ({
    name,
    about: `${how}, ${batch} rows each, ${inFlight} in flight, over postgres.js; a bare limit`,
    parameters,
    open: () => openTrial(bed, insert, inFlight, batch),
  });
  return [
    limit("unnest batches", "insert … select from unnest", insertUnnested),
    limit("COPY batches", "COPY from stdin", copyIn),
  ];
}

async function openTrial(bed: TestBed, insert: Insert, inFlight: number, batch: number): Promise<Trial> {
  const { database, warmUpMs, measureMs } = bed;
  const schema = await createBareTable(database);
  const pool = await openPool(database.url, inFlight);
  let count = 0;
  const operation = async (): Promise<number> => {
    const first = count;
    count += batch;
    await insert(pool, schema, first, batch);
    return batch;
  };
  return {
    measure: () =>
      closedLoop({ writers: inFlight, warmUpMs, measureMs, cpu: cpuProbe(cpuAccounts(bed)), operation }),
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await database.dropSchema(schema);
    },
  };
}

const insertUnnested: Insert = (sql, schema, first, count) => {
  const streams = Array.from({ length: count }, (_, nth) => `account-${first + nth}`);
  return sql`
    insert into ${sql(schema)}.events (stream, version, type, data)
    select stream, 1, ${bareType}, data::jsonb
    from unnest(${streams}::text[], ${streams.map(() => bareData)}::text[]) as each (stream, data)`;
};

const copyIn: Insert = async (sql, schema, first, count) => {
  const copy = await sql`copy ${sql(schema)}.events (stream, version, type, data) from stdin`.writable();
  let rows = "";
  for (let nth = 0; nth < count; nth++) rows += `account-${first + nth}\t1\t${bareType}\t${bareData}\n`;
  copy.end(rows);
  await finished(copy);
};
