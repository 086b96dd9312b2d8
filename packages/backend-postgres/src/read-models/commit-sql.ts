import type { ModelWrites, ReadModelCommit, ReadModelId } from "@leftfold/core";
import { textArray } from "../array-literal.ts";
import type { StatementValues } from "../statement-values.ts";
import { textList } from "./document-sql.ts";

/**
 * One statement that moves a checkpoint from where it is said to be, and writes documents if it was there. It
 * gives one row when it did, and none when it did not.
 *
 * 1. The locks are shared among those that commit, and exclude whoever drops one of the read models
 *    meanwhile.
 * 2. The move is the fence: of two that start from the same checkpoint the second one waits for the first
 *    one's row, and then finds it moved. That it is the row which this statement's snapshot has, by its
 *    revision, means that the snapshot has all that was written before: otherwise a document of a moment ago
 *    would not be removed.
 * 3. The documents are written as often as the fence gives a row: once or never.
 *
 * The text depends only on which kinds of writes there are, so that it is prepared once.
 */
export function commitSql(
  schema: string,
  tenantId: string,
  { checkpoint, from, to }: ReadModelCommit<never>,
  writes: readonly ModelWrites[],
  values: StatementValues,
): string {
  const tenant = values.add(tenantId);
  const locks = [checkpoint, ...writes.map(({ model }) => model)].map((model) =>
    lockName(schema, tenantId, model),
  );
  const parts = [
    "turn as materialized (select count(pg_advisory_xact_lock_shared(hashtextextended(name, 0))::text) " +
      `from unnest(${values.add(textList([...new Set(locks)].sort()))}::text[]) as l(name))`,
    `fence as (${fenceSql(schema, tenant, checkpoint, from, to, values)})`,
  ];
  writes.forEach(({ model, puts, removals }, i) => {
    const name = values.add(model.name);
    const version = `${values.add(model.version)}::integer`;
    if (puts.size > 0) {
      // JSON holds no control characters, so that it goes into an array as names do.
      const [keys, documents] = [textArray([...puts.keys()]), textArray([...puts.values()])];
      const rows = `unnest(${values.add(keys)}::text[], ${values.add(documents)}::text[])`;
      parts.push(
        `put${i} as (insert into ${schema}.read_model_documents (tenant_id, name, version, key, document) ` +
          `select ${tenant}, ${name}, ${version}, w.key, w.document::jsonb from fence, ${rows} as w(key, document) ` +
          "on conflict (tenant_id, name, version, key) do update set document = excluded.document)",
      );
    }
    if (removals.size > 0) {
      parts.push(
        `removed${i} as (delete from ${schema}.read_model_documents d using fence ` +
          `where d.tenant_id = ${tenant} and d.name = ${name} and d.version = ${version} ` +
          `and d.key = any(${values.add(textArray([...removals]))}::text[]))`,
      );
    }
  });
  return `with ${parts.join(", ")} select 1 from fence`;
}

/** What the lock is named that keeps those that commit to a read model and whoever drops it apart. */
export function lockName(schema: string, tenantId: string, { name, version }: ReadModelId): string {
  return `leftfold read model ${JSON.stringify([schema, tenantId, name, version])}`;
}

function fenceSql(
  schema: string,
  tenant: string,
  { name, version, partition = 0 }: ReadModelCommit<never>["checkpoint"],
  from: bigint,
  to: bigint,
  values: StatementValues,
): string {
  const [n, v, p] = [
    values.add(name),
    `${values.add(version)}::integer`,
    `${values.add(partition)}::integer`,
  ];
  const target = `${values.add(to)}::bigint`;
  const hasTurn = "(select count from turn) > 0";
  const row = (alias: string): string =>
    `${alias}.tenant_id = ${tenant} and ${alias}.name = ${n} and ${alias}.version = ${v} and ${alias}.partition = ${p}`;
  const table = `${schema}.read_model_checkpoints`;
  const isSeen = `c.revision = (select s.revision from ${table} s where ${row("s")})`;
  if (from === 0n) {
    return (
      `insert into ${table} as c (tenant_id, name, version, partition, position) ` +
      `select ${tenant}, ${n}, ${v}, ${p}, ${target} where ${hasTurn} ` +
      "on conflict (tenant_id, name, version, partition) do update " +
      `set position = excluded.position, revision = c.revision + 1 where c.position = 0 and ${isSeen} returning 1`
    );
  }
  return (
    `update ${table} c set position = ${target}, revision = c.revision + 1 where ${row("c")} ` +
    `and c.position = ${values.add(from)}::bigint and ${isSeen} and ${hasTurn} returning 1`
  );
}
