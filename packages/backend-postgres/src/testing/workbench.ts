import { randomUUID } from "node:crypto";
import { type AppendRequest, defaultLimits, type EventStoreBackend, validateAppend } from "@leftfold/core";
import postgres, { type Sql } from "postgres";
import { appendFingerprint } from "../append-fingerprint.ts";
import { defaultQueueBounds } from "../append-queue.ts";
import { migrate } from "../migrate.ts";
import { type PostgresBackendOptions, postgresBackend } from "../postgres-backend.ts";
import { type PostgresLogStorageOptions, postgresLogStorage } from "../postgres-log-storage.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import { type RenewedSql, renewedSql } from "../renewed-sql.ts";
import { Sequencer, type SequencerOptions } from "../sequencer.ts";

export const databaseUrl: string = process.env["DATABASE_URL"]!;

/** A schema for one test, and what is opened on it. All of it is gone afterwards. */
export class Workbench implements AsyncDisposable {
  readonly schemaName: string = `test_${randomUUID().replaceAll("-", "")}`;
  readonly schema: string = quoteIdentifier(this.schemaName);
  /** Beside every backend: what somebody at `psql` would do. */
  readonly sql: RenewedSql = renewedSql(
    () => postgres(databaseUrl, { max: 4, onnotice: () => undefined }),
    30_000,
  );
  readonly #resources: AsyncDisposable[] = [];

  /** A workbench whose schema is migrated. */
  static async migrated(): Promise<Workbench> {
    const workbench = new Workbench();
    await migrate(workbench.sql, workbench.schemaName);
    return workbench;
  }

  async backend(options: Partial<PostgresBackendOptions> = {}): Promise<EventStoreBackend> {
    const backend = await postgresBackend({
      url: databaseUrl,
      schema: this.schemaName,
      heartbeatMs: 100,
      pollIntervalMs: 50,
      ...options,
    });
    this.#resources.push(backend);
    return backend;
  }

  /** A connection of its own, on which statements run in order. */
  lane(options: postgres.Options<Record<string, never>> = {}): Sql {
    const lane = postgres(databaseUrl, { max: 1, onnotice: () => undefined, ...options });
    this.#resources.push({ [Symbol.asyncDispose]: () => lane.end({ timeout: 1 }) });
    return lane;
  }

  /** The same, and opened anew when it breaks. */
  renewedLane(): RenewedSql {
    return renewedSql(() => this.lane(), 30_000);
  }

  sequencer(options: TestedSequencerOptions = {}): TestedSequencer {
    const { tenantId = "t", lane = this.lane(), pool = this.sql } = options;
    const sequencer = new Sequencer({
      tenantId,
      storage: postgresLogStorage({ tenantId, schema: this.schema, lane, pool }),
      bounds: defaultQueueBounds,
      clock: () => new Date(),
      newEventId: randomUUID,
      newStamp: randomUUID,
      wantsEvents: () => false,
      onCommitted: () => undefined,
      ...options,
    });
    return {
      append: (request, signal) => {
        const append = validateAppend(request, defaultLimits);
        return sequencer.append(append, appendFingerprint(append), signal);
      },
      sequencer,
    };
  }

  /** The global nonces of a tenant's log. */
  async nonces(tenantId: string): Promise<number[]> {
    const rows = await this.sql.unsafe<{ n: string }[]>(
      `select global_nonce as n from ${this.schema}.events where tenant_id = $1 order by 1`,
      [tenantId],
    );
    return rows.map(({ n }) => Number(n));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#resources.toReversed()) await resource[Symbol.asyncDispose]();
    await this.sql.unsafe(`drop schema if exists ${this.schema} cascade`);
    await this.sql.end({ timeout: 1 });
  }
}

export type TestedSequencerOptions = Partial<
  Omit<SequencerOptions, "storage"> & Pick<PostgresLogStorageOptions, "lane" | "pool">
>;

export interface TestedSequencer {
  readonly sequencer: Sequencer;
  append(request: AppendRequest, signal?: AbortSignal): ReturnType<Sequencer["append"]>;
}

/** What is to be done in place of a statement: run it, sooner or later, and hand on its rows; undefined to leave it alone. */
export type Interceptor = (text: string, run: () => Promise<unknown>) => Promise<unknown> | undefined;

/** The same connections, but some statements are intercepted. */
export function interceptedSql<S extends Sql>(sql: S, intercept: Interceptor): S {
  const unsafe = (...args: Parameters<Sql["unsafe"]>): unknown => {
    const query = sql.unsafe(...args);
    // A query is sent when somebody asks for its rows, not before.
    const rows = (): PromiseLike<unknown> => intercept(args[0], async () => await query) ?? query;
    return {
      // biome-ignore lint/suspicious/noThenProperty: a query of the driver is awaited, too.
      then: (...handlers: Parameters<Promise<unknown>["then"]>) => rows().then(...handlers),
      raw: () => intercept(args[0], async () => await query.raw()) ?? query.raw(),
    };
  };
  return new Proxy(sql, {
    get: (target, name) => (name === "unsafe" ? unsafe : Reflect.get(target, name)),
  });
}

/** The same connections, but some statements are sent only when a promise resolves. */
export function heldSql<S extends Sql>(sql: S, holds: (text: string) => Promise<unknown> | undefined): S {
  return interceptedSql(sql, (text, run) => holds(text)?.then(run));
}

/** Resolves once the condition holds; looks again and again. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
