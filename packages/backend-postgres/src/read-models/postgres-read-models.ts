import {
  type CallOptions,
  type CheckpointId,
  type JsonObject,
  type ReadModel,
  type ReadModelCommit,
  type ReadModelFilter,
  type ReadModelId,
  type ReadModelPage,
  type ReadModelQuery,
  type ReadModelStore,
  validateCheckpointId,
  validateDocumentKeys,
  validateReadModel,
  validateReadModelCommit,
  validateReadModelCount,
  validateReadModelId,
  validateReadModelName,
  validateReadModelQuery,
} from "@leftfold/core";
import type { TransactionSql } from "postgres";
import { textArray } from "../array-literal.ts";
import { defaultSchema } from "../default-schema.ts";
import { Parameters } from "../statement-values.ts";
import { TenantTables, type TenantTablesOptions } from "../tenant-tables.ts";
import { commitDocuments, commitError, readCheckpoint } from "./commit-documents.ts";
import { ReadModelDefinitions } from "./definitions.ts";
import { findPage } from "./find-page.ts";
import { scopeSql } from "./page-sql.ts";

/** How one tenant's read models are reached. */
export interface PostgresReadModelsOptions extends TenantTablesOptions {
  /** Connections at most; 4 when absent. */
  readonly connectionsMax?: number | undefined;
}

/** A store whose commits may write to the user's own tables, through `within`. */
export type PostgresReadModelStore = ReadModelStore<TransactionSql>;

/**
 * Opens one tenant's read models on PostgreSQL, in the schema of the event store, which is migrated when it has to be. Where
 * `migrations` is `check`, no indexes are made either: print them with `readModelIndexSql`.
 *
 * @throws `invalid-argument` for a tenant or a schema that is none; `unavailable` when PostgreSQL cannot be reached; `internal`
 * when the schema is newer than this package, or when PostgreSQL is set to lose data.
 */
export async function postgresReadModels(
  options: PostgresReadModelsOptions,
): Promise<PostgresReadModelStore> {
  return new PostgresReadModels(await TenantTables.open({ connectionsMax: 4, ...options }), options);
}

class PostgresReadModels implements PostgresReadModelStore {
  readonly #tables: TenantTables;
  readonly #definitions: ReadModelDefinitions;

  constructor(tables: TenantTables, options: PostgresReadModelsOptions) {
    this.#tables = tables;
    const schemaName = options.schema ?? defaultSchema;
    this.#definitions = new ReadModelDefinitions(tables, { ...options, schemaName });
  }

  async define(model: ReadModel, options?: CallOptions): Promise<void> {
    await this.#tables.repeatably(options, async () => {
      validateReadModel(model);
      await this.#definitions.define(model);
    });
  }

  async checkpoint(id: CheckpointId, options?: CallOptions): Promise<bigint> {
    return await this.#tables.repeatably(options, async () => {
      validateCheckpointId(id);
      return await readCheckpoint(this.#tables, id);
    });
  }

  async commit(commit: ReadModelCommit<TransactionSql>, options?: CallOptions): Promise<void> {
    // Errors pass as values: some of them are not the store's, and are not to be taken for its own.
    const failure = await this.#tables.once(options, async () => {
      const { writes } = validateReadModelCommit(commit);
      try {
        await commitDocuments(this.#tables, commit, writes);
        return undefined;
      } catch (error) {
        return { error: commitError(error) };
      }
    });
    if (failure !== undefined) throw failure.error;
  }

  async getMany(
    model: ReadModelId,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, JsonObject>> {
    return await this.#tables.repeatably(options, async () => {
      validateDocumentKeys(model, keys);
      const { sql, schema, tenantId } = this.#tables;
      const rows = await sql.unsafe<{ key: string; document: JsonObject }[]>(
        `select key, document from ${schema}.read_model_documents ` +
          "where tenant_id = $1 and name = $2 and version = $3::integer and key = any($4::text[])",
        [tenantId, model.name, model.version, textArray(keys)],
        { prepare: true },
      );
      return new Map(rows.map(({ key, document }) => [key, document]));
    });
  }

  async find(model: ReadModelId, query: ReadModelQuery, options?: CallOptions): Promise<ReadModelPage> {
    return await this.#tables.repeatably(options, async () => {
      const valid = validateReadModelQuery(model, query);
      const first = valid.order.paths[0];
      const isIndexed = first !== undefined && (await this.#definitions.isIndexed(model, first.path));
      return await findPage(this.#tables, model, valid, isIndexed);
    });
  }

  async count(model: ReadModelId, where?: ReadModelFilter, options?: CallOptions): Promise<number> {
    return await this.#tables.repeatably(options, async () => {
      validateReadModelCount(model, where);
      const { sql, schema, tenantId } = this.#tables;
      const values = new Parameters();
      const scope = scopeSql({ schema, tenantId, model, where }, values);
      const rows = await sql.unsafe<{ count: string }[]>(
        `select count(*) from ${schema}.read_model_documents where ${scope}`,
        values.list,
      );
      return Number(rows[0]?.count);
    });
  }

  async activeVersion(name: string, options?: CallOptions): Promise<number | undefined> {
    return await this.#tables.repeatably(options, async () => {
      validateReadModelName(name);
      const { sql, schema, tenantId } = this.#tables;
      const rows = await sql.unsafe<{ version: number }[]>(
        `select version from ${schema}.read_model_active where tenant_id = $1 and name = $2`,
        [tenantId, name],
        { prepare: true },
      );
      return rows[0]?.version;
    });
  }

  async activate(id: ReadModelId, options?: CallOptions): Promise<number> {
    return await this.#tables.repeatably(options, async () => {
      validateReadModelId(id);
      const { sql, schema, tenantId } = this.#tables;
      const rows = await sql.unsafe<{ version: number }[]>(
        `insert into ${schema}.read_model_active as a (tenant_id, name, version) values ($1, $2, $3::integer) ` +
          "on conflict (tenant_id, name) do update set version = greatest(a.version, excluded.version) returning version",
        [tenantId, id.name, id.version],
      );
      return rows[0]!.version;
    });
  }

  async drop(id: ReadModelId, options?: CallOptions): Promise<void> {
    await this.#tables.repeatably(options, async () => {
      validateReadModelId(id);
      await this.#definitions.drop(id);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#tables[Symbol.asyncDispose](), this.#definitions[Symbol.asyncDispose]()]);
  }
}
