import {
  type CallOptions,
  type Snapshot,
  type SnapshotId,
  type SnapshotStore,
  validateSnapshot,
  validateSnapshotAggregate,
  validateSnapshotId,
} from "@leftfold/core";
import { TenantTables, type TenantTablesOptions } from "../tenant-tables.ts";
import { loadSnapshot, removeSnapshot, saveSnapshot } from "./snapshots-sql.ts";

/** How one tenant's snapshots are reached. */
export interface PostgresSnapshotsOptions extends TenantTablesOptions {}

/**
 * Opens one tenant's snapshots on PostgreSQL, in the schema of the event store, which is migrated when it has
 * to be. Every call can be repeated, and is, for some seconds, while PostgreSQL cannot be reached.
 *
 * @throws `invalid-argument` for a tenant or a schema that is none; `unavailable` when PostgreSQL cannot be
 * reached; `internal` when the schema is newer than this package, or when PostgreSQL is set to lose data.
 */
export async function postgresSnapshots(options: PostgresSnapshotsOptions): Promise<SnapshotStore> {
  return new PostgresSnapshots(await TenantTables.open(options));
}

class PostgresSnapshots implements SnapshotStore {
  readonly #tables: TenantTables;

  constructor(tables: TenantTables) {
    this.#tables = tables;
  }

  async load(id: SnapshotId, options?: CallOptions): Promise<Snapshot | undefined> {
    return await this.#tables.repeatably(options, async () => {
      validateSnapshotId(id);
      return await loadSnapshot(this.#tables, id);
    });
  }

  async save(snapshot: Snapshot, options?: CallOptions): Promise<void> {
    await this.#tables.repeatably(options, async () => {
      validateSnapshot(snapshot);
      await saveSnapshot(this.#tables, snapshot);
    });
  }

  async remove(aggregate: Omit<SnapshotId, "stateVersion">, options?: CallOptions): Promise<void> {
    await this.#tables.repeatably(options, async () => {
      validateSnapshotAggregate(aggregate);
      await removeSnapshot(this.#tables, aggregate);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tables[Symbol.asyncDispose]();
  }
}
