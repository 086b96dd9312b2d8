import {
  type CallOptions,
  type Lease,
  type LeaseStore,
  validateHeldLease,
  validateLeasePrefix,
  validateLeaseRequest,
} from "@leftfold/core";
import { TenantTables, type TenantTablesOptions } from "../tenant-tables.ts";
import { acquireLease, type LeaseRequest, listLeases, releaseLease } from "./leases-sql.ts";

/** How one tenant's leases are reached. */
export interface PostgresLeasesOptions extends TenantTablesOptions {}

/**
 * Opens one tenant's leases on PostgreSQL, in the schema of the event store, which is migrated when it has to
 * be. They end by the clock of the database. Each name keeps a row for good, as its tokens only grow.
 *
 * When that clock is set forwards, leases end early: whoever does not know it yet is told by the token, which is lower than the next
 * owner's. When it is set back, one whose owner is gone stays as much longer.
 *
 * @throws `invalid-argument` for a tenant or a schema that is none; `unavailable` when PostgreSQL cannot be
 * reached; `internal` when the schema is newer than this package, or when PostgreSQL is set to lose data.
 */
export async function postgresLeases(options: PostgresLeasesOptions): Promise<LeaseStore> {
  return new PostgresLeases(await TenantTables.open(options));
}

class PostgresLeases implements LeaseStore {
  readonly #tables: TenantTables;

  constructor(tables: TenantTables) {
    this.#tables = tables;
  }

  async acquire(request: LeaseRequest, options?: CallOptions): Promise<Lease | undefined> {
    return await this.#tables.repeatably(options, async () => {
      validateLeaseRequest(request);
      return await acquireLease(this.#tables, request);
    });
  }

  async release(lease: Pick<Lease, "name" | "owner" | "token">, options?: CallOptions): Promise<boolean> {
    return await this.#tables.once(options, async () => {
      validateHeldLease(lease);
      return await releaseLease(this.#tables, lease);
    });
  }

  async list(prefix: string, options?: CallOptions): Promise<readonly Lease[]> {
    return await this.#tables.repeatably(options, async () => {
      validateLeasePrefix(prefix);
      return await listLeases(this.#tables, prefix);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tables[Symbol.asyncDispose]();
  }
}
