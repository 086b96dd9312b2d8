import type { EventQuery } from "@leftfold/core";
import type { Sql } from "postgres";
import { batchOfRows, type EncodedRow, type LogBatch } from "./log-batch.ts";
import { matchingNonces, Parameters } from "./query-sql.ts";

/** A page ends with the event that reaches either bound: what a reader holds in memory does not depend on what it reads. */
export const pageEventsMax = 512;
export const pageBytesMax: number = 512 * 1024;

export interface Page {
  /** Undefined when nothing is there. */
  readonly batch: LogBatch | undefined;
  /** Whether the page ended at a bound, so that more may follow. */
  readonly isFull: boolean;
}

/** Where to read: the tables, and whose. */
export interface LogTable {
  readonly sql: Sql;
  /** A quoted identifier. */
  readonly schema: string;
  readonly tenantId: string;
}

export interface LogStretch {
  readonly query?: EventQuery | undefined;
  /** The lowest and the highest global nonce, both inclusive. */
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly order: "asc" | "desc";
  readonly limit: number;
}

/** One page of a tenant's log. */
export async function readLogPage(table: LogTable, stretch: LogStretch): Promise<Page> {
  const { schema, tenantId } = table;
  const { query, order } = stretch;
  const parameters = new Parameters();
  const tenant = parameters.add(tenantId);
  const from = `${parameters.add(stretch.lowest)}::bigint`;
  const to = `${parameters.add(stretch.highest)}::bigint`;
  const limit = `${parameters.add(stretch.limit)}::bigint`;
  const columns = "e.global_nonce as nonce, e.envelope, e.payload";
  if (query === undefined) {
    const rows =
      `select ${columns} from ${schema}.events e where e.tenant_id = ${tenant} ` +
      `and e.global_nonce between ${from} and ${to} order by e.global_nonce ${order} limit ${limit}`;
    return await readPage(table, weighed(rows, order), parameters, stretch.limit, true);
  }
  const nonces = matchingNonces(query, { schema, tenant, from, to, order, limit }, parameters);
  const rows =
    `select ${columns} from (${nonces}) m join ${schema}.events e on e.tenant_id = ${tenant} ` +
    `and e.global_nonce = m.global_nonce order by e.global_nonce ${order}`;
  return await readPage(table, weighed(rows, order), parameters, stretch.limit, false);
}

export interface StreamStretch {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The lowest and the highest aggregate nonce, both inclusive. */
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly order: "asc" | "desc";
  readonly limit: number;
}

/** One page of an aggregate's stream. */
export async function readStreamPage(table: LogTable, stretch: StreamStretch): Promise<Page> {
  const { order } = stretch;
  const parameters = new Parameters();
  const rows =
    `select e.aggregate_nonce as nonce, e.envelope, e.payload from ${table.schema}.events e ` +
    `where e.tenant_id = ${parameters.add(table.tenantId)} ` +
    `and e.aggregate_type = ${parameters.add(stretch.aggregateType)} ` +
    `and e.aggregate_id = ${parameters.add(stretch.aggregateId)} ` +
    `and e.aggregate_nonce between ${parameters.add(stretch.lowest)}::bigint ` +
    `and ${parameters.add(stretch.highest)}::bigint ` +
    `order by e.aggregate_nonce ${order} limit ${parameters.add(stretch.limit)}::bigint`;
  return await readPage(table, weighed(rows, order), parameters, stretch.limit, true);
}

/** Cuts rows off after the one with which they weigh as much as a page may. Weighing does not touch what is out of line. */
function weighed(rows: string, order: "asc" | "desc"): string {
  const weight = "octet_length(p.envelope) + octet_length(p.payload)";
  return (
    "select w.envelope || w.payload from (select p.nonce, p.envelope, p.payload, " +
    `sum(${weight}) over (order by p.nonce ${order} rows unbounded preceding) - (${weight}) as before ` +
    `from (${rows}) p) w where w.before < ${pageBytesMax} order by w.nonce ${order}`
  );
}

/** @param prepare whether the text is always the same. A query's varies without bound, and its plan is to fit its values. */
async function readPage(
  table: LogTable,
  text: string,
  parameters: Parameters,
  limit: number,
  prepare: boolean,
): Promise<Page> {
  const rows: readonly EncodedRow[] = (await table.sql
    .unsafe(text, parameters.list, { prepare })
    .raw()) as never as readonly EncodedRow[];
  if (rows.length === 0) return { batch: undefined, isFull: false };
  const batch = batchOfRows(rows);
  return { batch, isFull: rows.length === limit || batch.bytes.length >= pageBytesMax };
}
