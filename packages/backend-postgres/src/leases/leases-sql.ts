import type { Lease, LeaseStore } from "@leftfold/core";
import type { TenantTables } from "../tenant-tables.ts";

export type LeaseRequest = Parameters<LeaseStore["acquire"]>[0];

interface LeaseRow {
  readonly name: string;
  readonly owner: string;
  readonly token: string;
  readonly ms: string;
}

/** Cut to the millisecond, so that no owner is told a later end than the one that counts. */
const columns = `name, owner, token::text, floor(extract(epoch from expires_at) * 1000)::bigint::text as ms`;

/**
 * Takes or renews a lease in one statement: who wins a race is decided by the row's lock.
 *
 * The clock is read when the statement begins to run, before it waits for the lock. What it read is old by
 * then, which makes it refuse more and give less time, never the other way round. That no function is called
 * in what follows the conflict is also what Citus asks for.
 */
export async function acquireLease(
  { sql, schema, tenantId }: TenantTables,
  { name, owner, durationMs }: LeaseRequest,
): Promise<Lease | undefined> {
  const text = `
    insert into ${schema}.leases as l (tenant_id, name, owner, token, acquired_at, expires_at)
    values ($1, $2, $3, 1, clock_timestamp(), clock_timestamp() + $4::bigint * interval '1 millisecond')
    on conflict (tenant_id, name) do update set
      owner = excluded.owner,
      token = case when l.owner = excluded.owner and l.expires_at > excluded.acquired_at
        then l.token else l.token + 1 end,
      acquired_at = excluded.acquired_at,
      expires_at = excluded.expires_at
    where l.owner = excluded.owner or l.expires_at <= excluded.acquired_at
    returning ${columns}`;
  const values = [tenantId, name, owner, String(durationMs)];
  const [row] = await sql.unsafe<LeaseRow[]>(text, values, { prepare: true });
  return row && leaseOf(row);
}

/** Ends a lease for good, whatever the clock will say later. The row stays, for its token. */
export async function releaseLease(
  { sql, schema, tenantId }: TenantTables,
  { name, owner, token }: Pick<Lease, "name" | "owner" | "token">,
): Promise<boolean> {
  const text = `
    update ${schema}.leases set expires_at = '-infinity'
    where tenant_id = $1 and name = $2 and owner = $3 and token = $4::bigint
      and expires_at > statement_timestamp()`;
  const result = await sql.unsafe(text, [tenantId, name, owner, String(token)], { prepare: true });
  return result.count === 1;
}

/** The column is of collation "C", whose order is that of code points. */
export async function listLeases(
  { sql, schema, tenantId }: TenantTables,
  prefix: string,
): Promise<readonly Lease[]> {
  const text = `
    select ${columns} from ${schema}.leases
    where tenant_id = $1 and name >= $2 and starts_with(name, $2) and expires_at > statement_timestamp()
    order by leases.name`;
  const rows = await sql.unsafe<LeaseRow[]>(text, [tenantId, prefix], { prepare: true });
  return rows.map(leaseOf);
}

function leaseOf({ name, owner, token, ms }: LeaseRow): Lease {
  return { name, owner, token: BigInt(token), expiresAt: new Date(Number(ms)) };
}
