import { once } from "node:events";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { defaultLimits, validateAppend } from "@leftfold/core";
import { encodeEnvelope } from "@leftfold/proto";
import type { Sql } from "postgres";
// How a key's content is hashed is the backend's own affair, and stays so: a copy of it would drift.
import { appendFingerprint } from "../../../packages/backend-postgres/src/append-fingerprint.ts";
import { BinaryRows } from "../postgres/binary-rows.ts";
import { openPool } from "../postgres/open-pool.ts";
import { createStoreTables } from "../postgres/store-tables.ts";
import { withoutIndexes } from "../postgres/without-indexes.ts";
import { tenantId } from "../workload/tenant.ts";
import { aggregatesOf, type GrownAppend, grownAppend, requestOf } from "./grown-log.ts";

const tables = ["events", "event_tags", "idempotency"] as const;
const chunkBytes = 256 * 1024;
const fingerprinted = 100;

/** The columns of each table, in the order in which they are written. */
const columns: Readonly<Record<(typeof tables)[number], string>> = {
  events:
    "tenant_id, global_nonce, aggregate_type, aggregate_id, aggregate_nonce, event_id, event_type, recorded_at, envelope, payload",
  event_tags: "tenant_id, tag, global_nonce, event_type",
  idempotency: "tenant_id, key, fingerprint, first_global_nonce, last_global_nonce, aggregate_nonces",
};

/**
 * Makes a store's tables in a new schema and fills them with a log of so many events: the rows that the store itself would have
 * written for as many appends of one tagged event under a key, encoded by its own functions, by `COPY`, before there are indexes.
 * Then builds the indexes, and does what autovacuum would.
 *
 * Only the newest hundred keys have a true fingerprint, so that repeating those appends is answered; the others have one of
 * the same size.
 */
export async function fillLog(url: string, schema: string, events: number): Promise<void> {
  const sql = await openPool(url, tables.length);
  try {
    await createStoreTables(sql, schema);
    const indexes = await withoutIndexes(sql, schema, tables);
    await copyRows(sql, schema, events);
    await sql.unsafe(`update "${schema}".tenants set head = ${events}, recorded_at = now()`);
    await Promise.all(indexes.map((create) => buildIndex(sql, create)));
    for (const table of [...tables, "tenants"]) await sql.unsafe(`vacuum analyze "${schema}".${table}`);
  } finally {
    await sql.end();
  }
}

async function buildIndex(sql: Sql, create: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe("set local maintenance_work_mem = '512MB'");
    await tx.unsafe(create);
  });
}

async function copyRows(sql: Sql, schema: string, events: number): Promise<void> {
  const copies = await Promise.all(
    tables.map(async (table) => ({
      rows: new BinaryRows(),
      to: await sql
        .unsafe(`copy "${schema}".${table} (${columns[table]}) from stdin (format binary)`)
        .writable(),
    })),
  );
  const [ofEvents, ofTags, ofKeys] = copies.map(({ rows }) => rows) as [BinaryRows, BinaryRows, BinaryRows];
  const aggregates = aggregatesOf(events);
  const recordedAt = new Date();
  for (let nonce = 1; nonce <= events; nonce++) {
    const append = grownAppend(nonce, aggregates, recordedAt);
    addEvent(ofEvents, append);
    for (const tag of append.event.tags) {
      ofTags.row(4).text(tenantId).text(tag).bigint(nonce).text(append.event.eventType);
    }
    addKey(ofKeys, append, nonce > events - fingerprinted);
    if (ofEvents.byteCount >= chunkBytes) for (const { rows, to } of copies) await send(to, rows);
  }
  for (const { rows, to } of copies) {
    rows.end();
    await send(to, rows);
    to.end();
    await finished(to);
  }
}

async function send(to: Writable, rows: BinaryRows): Promise<void> {
  if (!to.write(rows.take())) await once(to, "drain");
}

function addEvent(rows: BinaryRows, { event }: GrownAppend): void {
  rows.row(10).text(tenantId).bigint(Number(event.globalNonce));
  rows.text(event.aggregateType).text(event.aggregateId).bigint(Number(event.aggregateNonce));
  rows.hex(event.eventId).text(event.eventType).time(event.recordedAt);
  rows.bytes(encodeEnvelope(event)).bytes(event.payload);
}

function addKey(rows: BinaryRows, { event, idempotencyKey }: GrownAppend, isTrue: boolean): void {
  const nonce = Number(event.globalNonce);
  const fingerprint = isTrue
    ? appendFingerprint(validateAppend({ appends: requestOf(event), idempotencyKey }, defaultLimits))!
    : event.eventId.replaceAll("-", "").repeat(2);
  rows.row(6).text(tenantId).text(idempotencyKey).hex(fingerprint);
  rows.bigint(nonce).bigint(nonce).bigints(Number(event.aggregateNonce));
}
