import type { Snapshot, SnapshotId } from "@leftfold/core";
import type { TenantTables } from "../tenant-tables.ts";

const ofAggregate = "tenant_id = $1 and aggregate_type = $2 and aggregate_id = $3";

export async function loadSnapshot(
  { sql, schema, tenantId }: TenantTables,
  { aggregateType, aggregateId, stateVersion }: SnapshotId,
): Promise<Snapshot | undefined> {
  const text = `select aggregate_nonce::text as nonce, state from ${schema}.snapshots
    where ${ofAggregate} and state_version = $4::bigint`;
  const [row] = await sql.unsafe<{ nonce: string; state: Buffer }[]>(
    text,
    [tenantId, aggregateType, aggregateId, String(stateVersion)],
    { prepare: true },
  );
  if (row === undefined) return undefined;
  const { buffer, byteOffset, byteLength } = row.state;
  const state = new Uint8Array(buffer, byteOffset, byteLength);
  return { aggregateType, aggregateId, stateVersion, aggregateNonce: BigInt(row.nonce), state };
}

/**
 * One statement, so that of snapshots that are saved at once the newest stays, in whichever order they come.
 */
export async function saveSnapshot(
  { sql, schema, tenantId }: TenantTables,
  { aggregateType, aggregateId, stateVersion, aggregateNonce, state }: Snapshot,
): Promise<void> {
  const text = `
    insert into ${schema}.snapshots as s
      (tenant_id, aggregate_type, aggregate_id, state_version, aggregate_nonce, state, saved_at)
    values ($1, $2, $3, $4::bigint, $5::bigint, $6::bytea, now())
    on conflict (tenant_id, aggregate_type, aggregate_id) do update set
      state_version = excluded.state_version,
      aggregate_nonce = excluded.aggregate_nonce,
      state = excluded.state,
      saved_at = excluded.saved_at
    where excluded.state_version >= s.state_version and excluded.aggregate_nonce >= s.aggregate_nonce`;
  const values = [tenantId, aggregateType, aggregateId, String(stateVersion), String(aggregateNonce), state];
  await sql.unsafe(text, values, { prepare: true });
}

export async function removeSnapshot(
  { sql, schema, tenantId }: TenantTables,
  { aggregateType, aggregateId }: Omit<SnapshotId, "stateVersion">,
): Promise<void> {
  const text = `delete from ${schema}.snapshots where ${ofAggregate}`;
  await sql.unsafe(text, [tenantId, aggregateType, aggregateId], { prepare: true });
}
