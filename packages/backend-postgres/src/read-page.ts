import type { EventQuery } from "@leftfold/core";
import { LogBatch } from "./log-batch.ts";
import { matchingNonces } from "./query-sql.ts";
import type { RenewedSql } from "./renewed-sql.ts";
import { literals, Parameters, type StatementValues } from "./statement-values.ts";
import { isTagged } from "./tagged-items.ts";

/** A page ends with the event that reaches either bound: what a reader holds in memory does not depend on what it reads. */
export const pageEventsMax = 1024;
export const pageBytesMax: number = 512 * 1024;

/**
 * Pages of up to so many events are read by a prepared statement, which costs least at the start, and longer ones by `COPY`, which
 * costs least per event: its bytes come as they are, not as hexadecimal digits.
 */
export const shortPageEventsMax = 128;

/** Some events of a page, in order: those that had come when somebody asked. */
export interface PagePart {
  readonly batch: LogBatch;
  /** The last event's nonce, of those that the page is ordered by. */
  readonly lastNonce: bigint;
}

/** A page, part by part; in the end, whether it ended at a bound, so that more may follow. */
export type Page = AsyncGenerator<PagePart, boolean, undefined>;

/** Where to read: the tables, and whose. */
export interface LogTable {
  readonly sql: RenewedSql;
  /** A quoted identifier. */
  readonly schema: string;
  readonly tenantId: string;
}

interface Stretch {
  /** The lowest and the highest nonce, both inclusive. */
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly order: "asc" | "desc";
  readonly limit: number;
}

/** Part of a tenant's log, by global nonces. */
export interface LogStretch extends Stretch {
  readonly query?: EventQuery | undefined;
}

/** Part of an aggregate's stream, by aggregate nonces. */
export interface StreamStretch extends Stretch {
  readonly aggregateType: string;
  readonly aggregateId: string;
}

/**
 * The part of a stretch that one page of it lies in, where there are no holes from its beginning on. Asked for the whole stretch,
 * PostgreSQL may look up and sort all of it for each page: it does so as long as it has no statistics of the table.
 */
export function densePart<Part extends Stretch>(stretch: Part): Part {
  const { lowest, highest, order, limit } = stretch;
  const others = BigInt(limit) - 1n;
  if (highest - lowest <= others) return stretch;
  return order === "asc"
    ? { ...stretch, highest: lowest + others }
    : { ...stretch, lowest: highest - others };
}

const columns = "e.global_nonce, e.envelope, e.payload";

/** One page of a tenant's log. Without a query, and backwards, the highest nonce has to be one that exists. */
export function readLogPage(table: LogTable, stretch: LogStretch): Page {
  const { query, order, limit } = stretch;
  // Only what matches a query is anywhere in it.
  const { lowest, highest } = query === undefined ? densePart(stretch) : stretch;
  const events = `${table.schema}.events e`;
  // A log has no holes.
  const span = highest - lowest + 1n;
  const countMax = span < BigInt(limit) ? Number(span) : limit;
  return readPage(table, stretch, countMax, query === undefined || isTagged(query), (values) => {
    const tenant = values.add(table.tenantId);
    const from = `${values.add(lowest)}::bigint`;
    const to = `${values.add(highest)}::bigint`;
    const most = `${values.add(limit)}::bigint`;
    const selected = `select e.global_nonce as nonce, ${columns} from`;
    if (query === undefined) {
      const scope = `e.tenant_id = ${tenant} and e.global_nonce between ${from} and ${to}`;
      return `${selected} ${events} where ${scope} order by e.global_nonce ${order} limit ${most}`;
    }
    const range = { schema: table.schema, tenant, from, to, order, limit: most };
    const join = `e.tenant_id = ${tenant} and e.global_nonce = m.global_nonce`;
    const nonces = matchingNonces(query, range, values);
    return `${selected} (${nonces}) m join ${events} on ${join} order by e.global_nonce ${order}`;
  });
}

/** One page of an aggregate's stream. */
export function readStreamPage(table: LogTable, stretch: StreamStretch): Page {
  const { order, limit } = stretch;
  return readPage(table, stretch, limit, true, (values) => {
    const aggregate =
      `e.tenant_id = ${values.add(table.tenantId)} and e.aggregate_type = ${values.add(stretch.aggregateType)} ` +
      `and e.aggregate_id = ${values.add(stretch.aggregateId)}`;
    const nonces = `between ${values.add(stretch.lowest)}::bigint and ${values.add(stretch.highest)}::bigint`;
    return (
      `select e.aggregate_nonce as nonce, ${columns} from ${table.schema}.events e where ${aggregate} ` +
      `and e.aggregate_nonce ${nonces} order by e.aggregate_nonce ${order} limit ${values.add(limit)}::bigint`
    );
  });
}

/**
 * @param countMax how many events the page can have.
 * @param prepare whether the text is always the same. Most queries' varies without bound, and its plan is to fit its values.
 */
async function* readPage(
  { sql }: LogTable,
  { order, limit }: Stretch,
  countMax: number,
  prepare: boolean,
  rows: (values: StatementValues) => string,
): Page {
  if (countMax <= shortPageEventsMax) {
    const parameters = new Parameters();
    // Values in the text, so that a plan fits them: one with places for them is made for any.
    const text = joined(weighed(rows(prepare ? parameters : literals), order), order);
    const [row] = await sql.unsafe(text, parameters.list, { prepare }).raw();
    const part = joinedPart(row as unknown as JoinedRow);
    if (part === undefined) return false;
    yield part;
    return part.batch.count === limit || part.batch.bytes.length >= pageBytesMax;
  }
  const copy = sql.copyOut(
    `select o.nonce, o.global_nonce, o.envelope || o.payload from (${weighed(rows(literals), order)}) o`,
  );
  let count = 0;
  let bytes = 0;
  for (;;) {
    const copied = await copy.take();
    if (copied.length === 0) return count === limit || bytes >= pageBytesMax;
    const part = copiedPart(copied);
    count += part.batch.count;
    bytes += part.batch.bytes.length;
    yield part;
  }
}

/** Cuts rows off after the one with which they weigh as much as a page may. Weighing does not touch what is out of line. */
function weighed(rows: string, order: "asc" | "desc"): string {
  const weight = "octet_length(p.envelope) + octet_length(p.payload)";
  return (
    `select * from (select p.*, sum(${weight}) over (order by p.nonce ${order} rows unbounded preceding) - (${weight}) as before ` +
    `from (${rows}) p) w where w.before < ${pageBytesMax} order by w.nonce ${order}`
  );
}

/** A page as one {@link JoinedRow}, which costs less to receive than a row for each event. */
function joined(rows: string, order: "asc" | "desc"): string {
  const [first, last] = order === "asc" ? ["min", "max"] : ["max", "min"];
  return (
    `select count(*), ${last}(o.nonce), ${first}(o.global_nonce), ${last}(o.global_nonce), ` +
    // An aggregate takes its values in the order of the subquery (PostgreSQL's documentation, "Aggregate Functions").
    `string_agg(o.envelope || o.payload, '') from (${rows}) o`
  );
}

/** As text; numbers in decimal digits, bytes as `\x` and then hexadecimal digits. */
type JoinedRow = readonly [
  count: Buffer,
  lastNonce: Buffer,
  firstGlobalNonce: Buffer,
  lastGlobalNonce: Buffer,
  bytes: Buffer | null,
];

function joinedPart([count, lastNonce, first, last, bytes]: JoinedRow): PagePart | undefined {
  if (bytes === null) return undefined;
  const batch = new LogBatch({
    bytes: bytesOfHex(bytes),
    count: Number(count.toString("latin1")),
    firstGlobalNonce: BigInt(first.toString("latin1")),
    lastGlobalNonce: BigInt(last.toString("latin1")),
  });
  return { batch, lastNonce: BigInt(lastNonce.toString("latin1")) };
}

const hexPrefixBytes = 2;
// Long strings are allocated where only a full collection of garbage finds them.
const hexPieceBytes = 16 * 1024;

function bytesOfHex(hex: Buffer): Buffer {
  const bytes = Buffer.allocUnsafeSlow((hex.length - hexPrefixBytes) / 2);
  let end = 0;
  for (let at = hexPrefixBytes; at < hex.length; at += hexPieceBytes)
    end += bytes.write(hex.toString("latin1", at, at + hexPieceBytes), end, "hex");
  return bytes;
}

// A copied row: two bytes that count the fields, then each field behind four bytes of its length.
const nonceAt = 6;
const globalNonceAt = 18;
const eventAt = 30;

/** Joins rows, at least one: nothing is decoded. */
function copiedPart(rows: readonly Buffer[]): PagePart {
  let size = 0;
  for (const row of rows) size += row.length - eventAt;
  const bytes = Buffer.allocUnsafeSlow(size);
  let end = 0;
  for (const row of rows) end += row.copy(bytes, end, eventAt);
  const last = rows.at(-1)!;
  const batch = new LogBatch({
    bytes,
    count: rows.length,
    firstGlobalNonce: rows[0]!.readBigInt64BE(globalNonceAt),
    lastGlobalNonce: last.readBigInt64BE(globalNonceAt),
  });
  return { batch, lastNonce: last.readBigInt64BE(nonceAt) };
}

/** All of a page at once. */
export async function wholePage(page: Page): Promise<{ batch: LogBatch | undefined; isFull: boolean }> {
  const batches: LogBatch[] = [];
  let step = await page.next();
  for (; !step.done; step = await page.next()) batches.push(step.value.batch);
  return { batch: joinedBatch(batches), isFull: step.value };
}

function joinedBatch(batches: readonly LogBatch[]): LogBatch | undefined {
  const [first] = batches;
  if (first === undefined || batches.length === 1) return first;
  return new LogBatch({
    bytes: Buffer.concat(batches.map(({ bytes }) => bytes)),
    count: batches.reduce((sum, { count }) => sum + count, 0),
    firstGlobalNonce: first.firstGlobalNonce,
    lastGlobalNonce: batches.at(-1)!.lastGlobalNonce,
  });
}
