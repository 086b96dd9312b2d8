import type { CheckpointConflictError, ReadModelCommit } from "@leftfold/core";
import type { TransactionSql } from "postgres";
import { describe, expect, it } from "vitest";
import { literals } from "../statement-values.ts";
import { databaseUrl, until, Workbench } from "../testing/workbench.ts";
import { createIndexSql, indexName, readModelIndexSql } from "./index-sql.ts";
import { pageSql } from "./page-sql.ts";
import {
  type PostgresReadModelStore,
  type PostgresReadModelsOptions,
  postgresReadModels,
} from "./postgres-read-models.ts";

const model = { name: "it's \\ a model", version: 1, indexes: ["n", "o'wner.city"] };

function open(
  workbench: Workbench,
  options: Partial<PostgresReadModelsOptions> = {},
): Promise<PostgresReadModelStore> {
  return postgresReadModels({ url: databaseUrl, schema: workbench.schemaName, tenantId: "t", ...options });
}

const first: ReadModelCommit<TransactionSql> = {
  checkpoint: model,
  from: 0n,
  to: 1n,
  writes: [{ kind: "put", key: "a", document: { n: 1 } }],
};

async function indexesOf({ sql, schemaName }: Workbench): Promise<Record<string, boolean>> {
  const rows = await sql.unsafe<{ name: string; valid: boolean }[]>(
    "select c.relname as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid " +
      "where c.relnamespace = $1::text::regnamespace and c.relname ~ '^read_model_[0-9a-f]{20}_'",
    [schemaName],
  );
  return Object.fromEntries(rows.map(({ name, valid }) => [name, valid]));
}

/** Whether a statement that begins so, and is about the workbench's schema, runs in some connection. */
async function runs({ sql, schemaName }: Workbench, beginning: string): Promise<boolean> {
  const found = await sql.unsafe(
    "select 1 from pg_stat_activity where state = 'active' and starts_with(query, $1) and strpos(query, $2) > 0",
    [beginning, schemaName],
  );
  return found.length > 0;
}

describe("a commit that writes to the user's own tables", () => {
  it("writes all of it in one transaction, or nothing when its own part fails", async () => {
    await using workbench = await Workbench.migrated();
    await using store = await open(workbench);
    await workbench.sql.unsafe(`create table ${workbench.schema}.own (n integer primary key)`);
    const own = (n: number) => async (sql: TransactionSql) => {
      expect(await sql.unsafe(`select 1 from ${workbench.schema}.read_model_documents`)).toHaveLength(1);
      await sql.unsafe(`insert into ${workbench.schema}.own values ($1)`, [n]);
    };
    await store.commit({ ...first, within: own(1) });
    const again = { ...first, from: 1n, to: 2n, within: own(1) };
    await expect(store.commit(again)).rejects.toMatchObject({ name: "PostgresError", code: "23505" });
    const mine = new Error("I do not want to.");
    const refuse = async (): Promise<void> => {
      throw mine;
    };
    await expect(store.commit({ ...again, within: refuse })).rejects.toBe(mine);
    expect(await store.checkpoint(model)).toBe(1n);
    expect(await workbench.sql.unsafe(`select n from ${workbench.schema}.own`)).toEqual([{ n: 1 }]);
    await store.commit({ ...again, within: own(2) });
    expect(await store.checkpoint(model)).toBe(2n);
  });

  it("does not even begin with its own part when the checkpoint is elsewhere", async () => {
    await using workbench = await Workbench.migrated();
    await using store = await open(workbench);
    await store.commit(first);
    let calls = 0;
    const within = async (): Promise<void> => void calls++;
    const conflict: Partial<CheckpointConflictError> = { code: "checkpoint-conflict", actual: 1n };
    await expect(store.commit({ ...first, within })).rejects.toMatchObject(conflict);
    expect(calls).toBe(0);
  });
});

describe("indexes", () => {
  it("are made once by many that define at once, used, and dropped with the last tenant's definition", async () => {
    await using workbench = await Workbench.migrated();
    await using store = await open(workbench);
    await using peer = await open(workbench);
    await using other = await open(workbench, { tenantId: "other" });
    await Promise.all([store, peer, other, store].map((each) => each.define(model)));
    const names = model.indexes.map((path) => indexName(model, path));
    expect(await indexesOf(workbench)).toEqual(Object.fromEntries(names.map((name) => [name, true])));
    const writes = Array.from(
      { length: 5000 },
      (_, n) => ({ kind: "put", key: `k${n}`, document: { n } }) as const,
    );
    await store.commit({ ...first, writes });
    await workbench.sql.unsafe(`analyze ${workbench.schema}.read_model_documents`);
    const request = {
      schema: workbench.schema,
      tenantId: "t",
      model,
      limit: 5,
      gap: undefined,
      isIndexed: true,
    };
    const order = { paths: [{ path: "n", direction: "desc", nulls: "last" }], keyDirection: "asc" } as const;
    const where = { op: "lt", path: "n", value: 4000 } as const;
    const plan = await workbench.sql.unsafe(`explain ${pageSql({ ...request, where, order }, literals)}`);
    expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(`Index Scan Backward using ${names[0]}`);
    await store.drop(model);
    expect(Object.keys(await indexesOf(workbench)).length).toBe(2);
    await other.drop(model);
    expect(await indexesOf(workbench)).toEqual({});
  });

  it("are made while another process asks whether they are, however long it takes to ask", async () => {
    await using workbench = await Workbench.migrated();
    const { schema, schemaName } = workbench;
    await workbench.sql.unsafe(
      `create function ${schema}.pg_try_advisory_xact_lock(bigint) returns boolean language plpgsql as ` +
        "$$ begin perform pg_sleep(0.5); return pg_catalog.pg_try_advisory_xact_lock($1); end $$",
    );
    const slowUrl = new URL(databaseUrl);
    slowUrl.searchParams.set("search_path", `${schemaName},pg_catalog`);
    await using store = await open(workbench);
    await using slow = await open(workbench, { url: slowUrl.href });
    const lane = workbench.lane();
    await lane.unsafe(`begin; lock table ${schema}.read_model_documents in row exclusive mode`);
    const made = store.define(model);
    await until(() => runs(workbench, "create index"));
    const waited = slow.define(model);
    await until(() => runs(workbench, "select pg_try_advisory_xact_lock"));
    await lane.unsafe("rollback");
    await Promise.all([made, waited]);
    expect(Object.values(await indexesOf(workbench))).toEqual([true, true]);
  });

  it("are made anew when what made them has died over it", async () => {
    await using workbench = await Workbench.migrated();
    await using store = await open(workbench);
    await workbench.sql.unsafe(createIndexSql(workbench.schema, model, "n"));
    const name = indexName(model, "n");
    await workbench.sql.unsafe(
      `update pg_index set indisvalid = false where indexrelid = '${workbench.schema}.${name}'::regclass`,
    );
    expect((await indexesOf(workbench))[name]).toBe(false);
    await store.define(model);
    expect((await indexesOf(workbench))[name]).toBe(true);
  });

  it("are made by nobody where somebody else migrates, and can be printed", async () => {
    await using workbench = await Workbench.migrated();
    await using store = await open(workbench, { migrations: "check" });
    await store.define(model);
    expect(await indexesOf(workbench)).toEqual({});
    for (const statement of readModelIndexSql(model, workbench.schemaName))
      await workbench.sql.unsafe(statement);
    expect(Object.keys(await indexesOf(workbench)).length).toBe(2);
    await store.drop(model);
    expect(Object.keys(await indexesOf(workbench)).length).toBe(2);
  });

  it("let a store be disposed while one waits for them", async () => {
    await using workbench = await Workbench.migrated();
    const lane = workbench.lane();
    const store = await open(workbench);
    // Whoever makes an index waits for what has a lock on the table.
    await lane.unsafe(`begin; lock table ${workbench.schema}.read_model_documents in row exclusive mode`);
    const defining = store.define(model);
    const failed = expect(defining).rejects.toMatchObject({ code: "unavailable" });
    await until(() => runs(workbench, "create index"));
    await store[Symbol.asyncDispose]();
    await failed;
    await lane.unsafe("rollback");
    // PostgreSQL goes on with what it was told, and finds out afterwards that nobody listens.
    await until(async () => !(await runs(workbench, "create index")));
  });
});
