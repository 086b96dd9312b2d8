import {
  abortable,
  type CallOptions,
  defaultLimits,
  Lifetime,
  runCall,
  validateTenantId,
} from "@leftfold/core";
import { assertDurable } from "./assert-durable.ts";
import { assertReadable } from "./assert-readable.ts";
import { type ConnectionOptions, connect } from "./connect.ts";
import { defaultSchema } from "./default-schema.ts";
import { migrate } from "./migrate.ts";
import { storeError } from "./postgres-errors.ts";
import { quoteIdentifier } from "./quote-identifier.ts";
import { type RenewedSql, renewedSql } from "./renewed-sql.ts";
import { retryRead } from "./retry-read.ts";

/** How what consumers keep is reached: one tenant's rows of the tables beside the event store. */
export interface TenantTablesOptions extends ConnectionOptions {
  /** A name of 1 to 255 characters. */
  readonly tenantId: string;
  /** The schema that holds the tables; `leftfold` when absent. */
  readonly schema?: string | undefined;
  /** `apply` brings the schema up to date; `check` only checks that it is. `apply` when absent. */
  readonly migrations?: "apply" | "check" | undefined;
  /** Goes on although PostgreSQL may lose what it has acknowledged. False when absent. */
  readonly allowDataLoss?: boolean | undefined;
  /** Connections at most; 2 when absent. They are opened when they are needed. */
  readonly connectionsMax?: number | undefined;
  /**
   * A statement that is not answered after so many milliseconds fails with `unavailable`; 30,000 when absent.
   */
  readonly answerTimeoutMs?: number | undefined;
}

/** Connections to one tenant's rows, from the check that the tables are there until they are closed. */
export class TenantTables implements AsyncDisposable {
  readonly tenantId: string;
  /** The schema, quoted. */
  readonly schema: string;
  readonly sql: RenewedSql;
  readonly #lifetime = new Lifetime();

  private constructor(options: TenantTablesOptions) {
    const { tenantId, schema = defaultSchema, connectionsMax = 2, answerTimeoutMs = 30_000 } = options;
    this.tenantId = tenantId;
    this.schema = quoteIdentifier(schema);
    this.sql = renewedSql(() => connect(options, connectionsMax), answerTimeoutMs);
  }

  /**
   * @throws `invalid-argument` for a tenant or a schema that is none; `unavailable` when PostgreSQL cannot be
   * reached; `internal` when the schema is newer than this package, or when PostgreSQL is set to lose data.
   */
  static async open(options: TenantTablesOptions): Promise<TenantTables> {
    validateTenantId(options.tenantId, defaultLimits);
    const tables = new TenantTables(options);
    try {
      await prepare(options);
    } catch (error) {
      await tables[Symbol.asyncDispose]();
      throw storeError(error);
    }
    return tables;
  }

  /** Runs a statement that can be repeated: it is, for some seconds, while PostgreSQL cannot be reached. */
  repeatably<T>(options: CallOptions | undefined, statement: () => Promise<T>): Promise<T> {
    return this.#run(options, (signal) => retryRead(statement, signal));
  }

  /**
   * Runs a statement whose repetition would mean something else, such as one that tells whether it changed
   * anything.
   */
  once<T>(options: CallOptions | undefined, statement: () => Promise<T>): Promise<T> {
    return this.#run(options, async () => {
      try {
        return await statement();
      } catch (error) {
        throw storeError(error);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
    await this.sql.end({ timeout: 5 });
  }

  #run<T>(
    options: CallOptions | undefined,
    run: (signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T> {
    return runCall(this.#lifetime, options, (signal) => abortable(run(signal), signal));
  }
}

/**
 * Sees to it that the tables are there and to be relied on, on a connection of its own: a migration may take
 * its time.
 */
async function prepare(options: TenantTablesOptions): Promise<void> {
  const { schema = defaultSchema, migrations = "apply", allowDataLoss = false } = options;
  const sql = connect(options, 1);
  try {
    await assertReadable(sql);
    await assertDurable(sql, allowDataLoss);
    await migrate(sql, schema, migrations);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
