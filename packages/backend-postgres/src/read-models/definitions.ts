import { type ReadModel, type ReadModelId, UnavailableError } from "@leftfold/core";
import type { Sql } from "postgres";
import { type ConnectionOptions, connect } from "../connect.ts";
import { inTransaction } from "../in-transaction.ts";
import type { TenantTables } from "../tenant-tables.ts";
import { lockName } from "./commit-sql.ts";
import { textList } from "./document-sql.ts";
import { createIndexes, dropIndexes, type IndexedModel, missingIndexes } from "./indexes.ts";

/** How definitions are kept. */
export interface DefinitionsOptions extends ConnectionOptions {
  readonly schemaName: string;
  /** Where somebody else migrates, nothing is made or dropped here. */
  readonly migrations?: "apply" | "check" | undefined;
}

/** Which read models there are, and their indexes. */
export class ReadModelDefinitions implements AsyncDisposable {
  readonly #tables: TenantTables;
  readonly #options: DefinitionsOptions;
  /** The paths by which each read model is known to be looked up: only speed depends on what is missing here. */
  readonly #paths = new Map<string, Promise<ReadonlySet<string>>>();
  /** What makes and drops indexes has connections of its own: it may take its time. */
  readonly #patient = new Set<Sql>();
  #isClosed = false;

  constructor(tables: TenantTables, options: DefinitionsOptions) {
    this.#tables = tables;
    this.#options = options;
  }

  /** Notes a read model, and makes the indexes that are missing. */
  async define(model: ReadModel): Promise<void> {
    const { sql, schema, tenantId } = this.#tables;
    const { name, version, indexes = [] } = model;
    await sql.unsafe(
      `insert into ${schema}.read_models as m (tenant_id, name, version, paths) ` +
        "values ($1, $2, $3::integer, $4::text[]) on conflict (tenant_id, name, version) do update " +
        "set paths = array(select distinct p from unnest(m.paths || excluded.paths) p order by p)",
      [tenantId, name, version, textList(indexes)],
    );
    this.#paths.delete(keyOf(model));
    if (this.#options.migrations === "check") return;
    const indexed = this.#indexed(model);
    const missing = await missingIndexes(sql, indexed, indexes);
    if (missing.length > 0) await this.#patiently((own) => createIndexes(own, indexed, missing));
  }

  /** Removes a version's documents, checkpoints and definition, and its indexes unless another tenant uses them. */
  async drop(model: ReadModelId): Promise<void> {
    const { sql, schema, tenantId } = this.#tables;
    this.#paths.delete(keyOf(model));
    const indexed = this.#indexed(model);
    await this.#patiently(async (own) => {
      await inTransaction(own, async (tx) => {
        // Waits for those that commit, and keeps others from it: what is read afterwards is all that there is.
        const lock = lockName(schema, tenantId, model);
        await tx`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
        for (const table of ["read_model_checkpoints", "read_model_documents", "read_models"]) {
          await tx.unsafe(
            `delete from ${schema}.${table} where tenant_id = $1 and name = $2 and version = $3::integer`,
            [tenantId, model.name, model.version],
          );
        }
      });
      if (this.#options.migrations === "check") return;
      const others = await sql.unsafe(
        `select 1 from ${schema}.read_models where name = $1 and version = $2::integer limit 1`,
        [model.name, model.version],
      );
      if (others.length === 0) await dropIndexes(own, indexed);
    });
  }

  /** Whether a read model is looked up by a path, as far as this process knows. */
  async isIndexed(model: ReadModelId, path: string): Promise<boolean> {
    const key = keyOf(model);
    let paths = this.#paths.get(key);
    if (paths === undefined) {
      if (this.#paths.size >= modelsMax) this.#paths.clear();
      paths = this.#readPaths(model);
      paths.catch(() => this.#paths.delete(key));
      this.#paths.set(key, paths);
    }
    return (await paths).has(path);
  }

  /** Lets go of what makes indexes; what is half made is made anew by the next that defines it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#patient, (own) => own.end({ timeout: 0 })));
  }

  async #readPaths({ name, version }: ReadModelId): Promise<ReadonlySet<string>> {
    const { sql, schema, tenantId } = this.#tables;
    const rows = await sql.unsafe<{ paths: string }[]>(
      `select array_to_json(paths)::text as paths from ${schema}.read_models ` +
        "where tenant_id = $1 and name = $2 and version = $3::integer",
      [tenantId, name, version],
    );
    return new Set(JSON.parse(rows[0]?.paths ?? "[]") as string[]);
  }

  async #patiently(work: (own: Sql) => Promise<void>): Promise<void> {
    if (this.#isClosed) throw new UnavailableError("The store was closed. Open a new one to go on.");
    const own = connect(this.#options, 2);
    this.#patient.add(own);
    try {
      await work(own);
    } finally {
      this.#patient.delete(own);
      await own.end({ timeout: 1 });
    }
  }

  #indexed({ name, version }: ReadModelId): IndexedModel {
    return { schemaName: this.#options.schemaName, schema: this.#tables.schema, model: { name, version } };
  }
}

/** Read models whose paths are kept in mind. */
const modelsMax = 10_000;

function keyOf({ name, version }: ReadModelId): string {
  return `${version} ${name}`;
}
