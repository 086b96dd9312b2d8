import {
  defaultLimits,
  type EventStore,
  type EventStoreBackend,
  Lifetime,
  type Limits,
  newEventId,
  validateTenantId,
} from "@leftfold/core";
import type { Sql } from "postgres";
import { defaultQueueBounds, type QueueBounds } from "./append-queue.ts";
import { assertDurable } from "./assert-durable.ts";
import { assertReadable } from "./assert-readable.ts";
import { canPlanOnce } from "./can-plan-once.ts";
import { connect } from "./connect.ts";
import { defaultSchema } from "./default-schema.ts";
import { migrate } from "./migrate.ts";
import { Notifications } from "./notifications.ts";
import { storeError } from "./postgres-errors.ts";
import { PostgresEventStore } from "./postgres-event-store.ts";
import { quoteIdentifier } from "./quote-identifier.ts";
import { type RenewedSql, renewedSql } from "./renewed-sql.ts";
import { TenantLog } from "./tenant-log.ts";

export interface PostgresBackendOptions {
  /** Where PostgreSQL is: `postgres://user:password@host:port/database`. Several hosts, comma-separated: the primary is taken. */
  readonly url: string;
  /** The schema that holds the tables; `leftfold` when absent. Stores in different schemas share nothing. */
  readonly schema?: string | undefined;
  /**
   * `apply` brings the schema up to date, waiting for others that do so; `check` only checks that it is. `apply` when absent.
   */
  readonly migrations?: "apply" | "check" | undefined;
  /** Goes on although PostgreSQL may lose what it has acknowledged (`fsync` or `synchronous_commit` off). False when absent. */
  readonly allowDataLoss?: boolean | undefined;
  /**
   * Whether statements are prepared once per connection, which makes them cheaper. True when absent. To be false behind a pooler
   * that gives each transaction another connection and does not know of prepared statements, such as PgBouncer before 1.21.
   */
  readonly preparedStatements?: boolean | undefined;
  /** Bounds that differ from the default ones. */
  readonly limits?: Partial<Limits> | undefined;
  /** Bounds of the appends that wait, per tenant. */
  readonly queue?: Partial<QueueBounds> | undefined;
  /** Connections for reads; 8 when absent. */
  readonly readConnectionsMax?: number | undefined;
  /** Connections that commit appends, shared by all tenants; 2 when absent. */
  readonly commitConnectionsMax?: number | undefined;
  /**
   * A statement that PostgreSQL has not answered after so many milliseconds fails with `unavailable`, and connections are opened
   * anew: the old ones may lead nowhere. More than 15,000, so that waiting for a lock is no reason; 30,000 when absent.
   */
  readonly answerTimeoutMs?: number | undefined;
  /** A subscription without news gives a checkpoint after so many milliseconds; 10,000 when absent. */
  readonly heartbeatMs?: number | undefined;
  /** How often followed tenants' heads are looked at, in case a notification was lost; 500 milliseconds when absent. */
  readonly pollIntervalMs?: number | undefined;
  /** What a tenant holds in this process is let go after so many milliseconds without use; 60,000 when absent. */
  readonly idleTenantMs?: number | undefined;
  /** Tells the time that events are recorded at; the system's when absent. It may go backwards, `recordedAt` does not. */
  readonly clock?: (() => Date) | undefined;
  /** Gives the id of an event that comes without one; a new UUID, version 7, when absent. */
  readonly newEventId?: (() => string) | undefined;
}

/**
 * Opens an event store on PostgreSQL 15 to 18: migrated and ready.
 *
 * @throws `invalid-argument` for a schema name that is none; `unavailable` when PostgreSQL cannot be reached; `internal` when
 * the schema is newer than this package, or when PostgreSQL is set to lose data.
 */
export async function postgresBackend(options: PostgresBackendOptions): Promise<EventStoreBackend> {
  quoteIdentifier(options.schema ?? defaultSchema);
  try {
    return await PostgresBackend.open(options);
  } catch (error) {
    throw storeError(error);
  }
}

class PostgresBackend implements EventStoreBackend {
  readonly #options: PostgresBackendOptions;
  readonly #schemaName: string;
  readonly #limits: Limits;
  readonly #pool: RenewedSql;
  readonly #lanes: readonly Sql[];
  readonly #listener: Sql;
  readonly #lifetime = new Lifetime();
  readonly #logs = new Map<string, TenantLog>();
  readonly #notifications: Notifications;
  #nextLane = 0;
  #sweeper: NodeJS.Timeout | undefined;

  /** @param plansOnce whether the statements that read are planned once for each connection. */
  private constructor(options: PostgresBackendOptions, plansOnce: boolean) {
    this.#options = options;
    this.#schemaName = options.schema ?? defaultSchema;
    this.#limits = { ...defaultLimits, ...options.limits };
    const { readConnectionsMax = 8, commitConnectionsMax = 2, answerTimeoutMs = 30_000 } = options;
    const renewed = (max: number, plans: boolean): RenewedSql =>
      renewedSql(() => connect({ ...options, plansOnce: plans }, max), answerTimeoutMs);
    this.#pool = renewed(readConnectionsMax, plansOnce);
    this.#lanes = Array.from({ length: commitConnectionsMax }, () => renewed(1, false));
    this.#listener = connect(options, 1);
    this.#notifications = new Notifications({
      listener: this.#listener,
      sql: this.#pool,
      schema: quoteIdentifier(this.#schemaName),
      schemaName: this.#schemaName,
      pollIntervalMs: options.pollIntervalMs ?? 500,
      followed: () => [...this.#logs].filter(([, log]) => log.hub.isActive).map(([tenantId]) => tenantId),
      onHead: (tenantId, head) => this.#logs.get(tenantId)?.hub.hear(head),
    });
  }

  static async open(options: PostgresBackendOptions): Promise<PostgresBackend> {
    const backend = new PostgresBackend(options, await canPlanOnce(options));
    try {
      await backend.#start();
      return backend;
    } catch (error) {
      await backend[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { migrations, allowDataLoss = false, idleTenantMs = 60_000 } = this.#options;
    // On a connection of its own: a migration may take its time.
    const sql = connect(this.#options, 1);
    try {
      await assertReadable(sql);
      await assertDurable(sql, allowDataLoss);
      await migrate(sql, this.#schemaName, migrations ?? "apply");
    } finally {
      await sql.end({ timeout: 1 });
    }
    await this.#notifications.start();
    this.#sweeper = setInterval(() => this.#letGoOfIdle(idleTenantMs), idleTenantMs / 2);
    this.#sweeper.unref();
  }

  tenant(tenantId: string): EventStore {
    validateTenantId(tenantId, this.#limits);
    return new PostgresEventStore({
      log: () => this.#log(tenantId),
      limits: this.#limits,
      heartbeatMs: this.#options.heartbeatMs ?? 10_000,
      lifetime: this.#lifetime,
    });
  }

  /** Ends what runs, once the appends that were accepted are answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
    clearInterval(this.#sweeper);
    await Promise.all(Array.from(this.#logs.values(), ({ sequencer }) => sequencer.close()));
    this.#logs.clear();
    await this.#notifications.close();
    await Promise.all([this.#pool, this.#listener, ...this.#lanes].map((sql) => sql.end({ timeout: 5 })));
  }

  #log(tenantId: string): TenantLog {
    let log = this.#logs.get(tenantId);
    if (log === undefined) {
      log = new TenantLog({
        sql: this.#pool,
        lane: this.#lanes[this.#nextLane++ % this.#lanes.length]!,
        schema: quoteIdentifier(this.#schemaName),
        tenantId,
        bounds: { ...defaultQueueBounds, ...this.#options.queue },
        clock: this.#options.clock ?? (() => new Date()),
        newEventId: this.#options.newEventId ?? newEventId,
        onHead: (head) => this.#notifications.announce(tenantId, head),
      });
      this.#logs.set(tenantId, log);
    }
    log.lastUsedMs = performance.now();
    return log;
  }

  #letGoOfIdle(idleTenantMs: number): void {
    const oldestMs = performance.now() - idleTenantMs;
    for (const [tenantId, log] of this.#logs)
      if (log.isIdle && log.lastUsedMs < oldestMs) this.#logs.delete(tenantId);
  }
}
