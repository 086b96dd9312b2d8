import type { Sql, TransactionSql } from "postgres";
import type { KnownHead } from "./load-facts.ts";

interface HeadRow {
  readonly head: string;
  readonly stamp: string;
  readonly ms: string;
}

const columns = "head::text, stamp::text, (extract(epoch from recorded_at) * 1000)::bigint::text as ms";

/** Whether a log is as it was. The stamp tells; the nonce tells of somebody who moved the head and left the stamp. */
export function isSameHead(one: KnownHead, other: KnownHead): boolean {
  return one.stamp === other.stamp && one.nonce === other.nonce;
}

/** Where a tenant's log ends. Makes the tenant's row when it has none, so that there is something to fence with. */
export async function readHead(
  sql: Sql | TransactionSql,
  schema: string,
  tenantId: string,
): Promise<KnownHead> {
  return await selectHead(sql, schema, tenantId, "");
}

/**
 * Waits for the tenant's row lock, and tells where its log ends now that nobody else can append. What else is to be known
 * must be read by a later statement.
 */
export async function lockHead(tx: TransactionSql, schema: string, tenantId: string): Promise<KnownHead> {
  // Whoever is stopped while it holds the lock must not hold up the others for ever. Not awaited: the same connection
  // runs what follows after it.
  const bounded = tx.unsafe(
    "set local lock_timeout = '10s'; set local idle_in_transaction_session_timeout = '10s'",
  );
  const [, head] = await Promise.all([bounded, selectHead(tx, schema, tenantId, " for update")]);
  return head;
}

async function selectHead(
  sql: Sql | TransactionSql,
  schema: string,
  tenantId: string,
  suffix: string,
): Promise<KnownHead> {
  const select = `select ${columns} from ${schema}.tenants where tenant_id = $1${suffix}`;
  const read = (): Promise<HeadRow[]> => sql.unsafe<HeadRow[]>(select, [tenantId], { prepare: true });
  let [row] = await read();
  if (row === undefined) {
    await sql.unsafe(`insert into ${schema}.tenants (tenant_id) values ($1) on conflict do nothing`, [
      tenantId,
    ]);
    [row] = await read();
  }
  return { nonce: BigInt(row!.head), stamp: row!.stamp, recordedAtMs: Number(row!.ms) };
}

/** The global nonce of a tenant's last event; 0 for an empty log. Writes nothing. */
export async function readHeadNonce(sql: Sql, schema: string, tenantId: string): Promise<bigint> {
  const text = `select head::text from ${schema}.tenants where tenant_id = $1`;
  const [row] = await sql.unsafe<{ head: string }[]>(text, [tenantId], { prepare: true });
  return BigInt(row?.head ?? 0);
}
