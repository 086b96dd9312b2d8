import { randomUUID } from "node:crypto";
import type { PostgresReadModelsOptions } from "@leftfold/backend-postgres";
import postgres from "postgres";

const tables = [
  "read_model_active",
  "read_model_checkpoints",
  "read_model_documents",
  "read_models",
  "snapshots",
  "leases",
];

/**
 * Stores on PostgreSQL that are opened once and emptied for each sequence: to open them takes longer than the
 * sequence.
 */
export class EmptiedStores<Store extends AsyncDisposable> implements AsyncDisposable {
  readonly #url = process.env["DATABASE_URL"]!;
  readonly #schema = `lockstep_${randomUUID().replaceAll("-", "")}`;
  readonly #sql = postgres(this.#url, { max: 1, onnotice: () => undefined });
  readonly #open: (options: PostgresReadModelsOptions) => Promise<Store>;
  readonly #opened: Store[] = [];

  constructor(open: (options: PostgresReadModelsOptions) => Promise<Store>) {
    this.#open = open;
  }

  /** The stores of so many tenants, empty. Their end is this one's. */
  readonly fresh = async (tenants: number): Promise<readonly Store[]> => {
    while (this.#opened.length < tenants) {
      const tenantId = `tenant ${this.#opened.length}`;
      this.#opened.push(await this.#open({ url: this.#url, schema: this.#schema, tenantId }));
    }
    await this.#sql.unsafe(tables.map((table) => `delete from ${this.#schema}.${table}`).join(";"));
    return this.#opened.map(keptOpen);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#opened) await store[Symbol.asyncDispose]();
    await this.#sql.unsafe(`drop schema if exists ${this.#schema} cascade`);
    await this.#sql.end();
  }
}

function keptOpen<Store extends AsyncDisposable>(store: Store): Store {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === Symbol.asyncDispose) return async () => undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
