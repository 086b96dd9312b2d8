import { createHash } from "node:crypto";
import { InternalError } from "@leftfold/core";
import type { Sql, TransactionSql } from "postgres";
import { inTransaction } from "./in-transaction.ts";
import { type Migration, migrations } from "./migrations/migrations.ts";
import { quoteIdentifier } from "./quote-identifier.ts";

/**
 * Brings a schema to the version that this package needs.
 *
 * 1. Takes a lock that lives as long as the transaction, and waits for it: replicas that start together all come up.
 * 2. Compares what was applied with what is embedded here: a newer schema, or a migration that was edited, is refused.
 * 3. Applies what is missing, all of it or nothing.
 *
 * @throws `internal` when the schema is newer than this package or was migrated with other SQL.
 */
export async function migrate(
  sql: Sql,
  schemaName: string,
  mode: "apply" | "check" = "apply",
): Promise<void> {
  const schema = quoteIdentifier(schemaName);
  if (await isCurrent(sql, schemaName)) return;
  if (mode === "check") {
    const message = `Schema "${schemaName}" is not at version ${migrations.length}. Migrate it, or let this package do so.`;
    throw new InternalError({ message });
  }
  await inTransaction(sql, async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${`leftfold migrations of ${schemaName}`}, 0))`;
    await tx.unsafe(bookkeeping(schema));
    const applied = await readApplied(tx, schema);
    assertKnown(applied, schemaName);
    for (const migration of migrations.slice(applied.length)) {
      await tx.unsafe(migration.sql(schema));
      await tx.unsafe(record(schema, migration));
    }
  });
}

/** The SQL of every migration, in order, for databases that are migrated by somebody else. Run it in one transaction. */
export function migrationSql(schemaName = "leftfold"): string {
  const schema = quoteIdentifier(schemaName);
  const steps = migrations.map((migration) => migration.sql(schema) + record(schema, migration));
  return [bookkeeping(schema), ...steps].join("\n");
}

interface Applied {
  readonly version: number;
  readonly checksum: string;
}

/** Whether nothing is left to do, found out without a lock or a write: what a role without DDL rights needs. */
async function isCurrent(sql: Sql, schemaName: string): Promise<boolean> {
  const schema = quoteIdentifier(schemaName);
  const [table] = await sql<
    { found: boolean }[]
  >`select to_regclass(${`${schema}.migrations`}) is not null as found`;
  if (table?.found !== true) return false;
  const applied = await readApplied(sql, schema);
  assertKnown(applied, schemaName);
  return applied.length === migrations.length;
}

async function readApplied(sql: Sql | TransactionSql, schema: string): Promise<Applied[]> {
  return await sql.unsafe<Applied[]>(`select version, checksum from ${schema}.migrations order by version`);
}

function assertKnown(applied: readonly Applied[], schemaName: string): void {
  if (applied.length > migrations.length) {
    throw new InternalError({
      message:
        `Schema "${schemaName}" is at version ${applied.length}, but this package knows versions up to ` +
        `${migrations.length}. Upgrade @leftfold/backend-postgres.`,
    });
  }
  applied.forEach(({ version, checksum }, i) => {
    const known = migrations[i]!;
    if (version === known.version && checksum === checksumOf(known)) return;
    throw new InternalError({
      message:
        `Migration ${version} of schema "${schemaName}" was applied with checksum ${checksum}, but this package's ` +
        `migration ${known.version} has ${checksumOf(known)}. Use the package that migrated it, or another schema.`,
    });
  });
}

function bookkeeping(schema: string): string {
  return `create schema if not exists ${schema};
create table if not exists ${schema}.migrations (
  version    integer     primary key,
  name       text        not null,
  checksum   text        not null,
  applied_at timestamptz not null default now()
);`;
}

function record(schema: string, migration: Migration): string {
  const { version, name } = migration;
  return `insert into ${schema}.migrations (version, name, checksum) values (${version}, '${name}', '${checksumOf(migration)}');`;
}

function checksumOf(migration: Migration): string {
  return createHash("sha256").update(migration.sql("schema")).digest("hex").slice(0, 16);
}
