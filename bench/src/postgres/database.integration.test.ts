import { expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { openPool } from "./open-pool.ts";

const given = process.env["DATABASE_URL"] ?? "";

test("says which PostgreSQL it is and how it is set, and drops its schemas and databases at the end", async () => {
  const database = await openDatabase(given);
  const schema = database.freshSchema();
  expect(schema).not.toBe(database.freshSchema());
  await database.sql.unsafe(`create schema "${schema}"`);
  expect(database.facts).toMatchObject({
    source: "DATABASE_URL",
    settings: { fsync: "on", full_page_writes: "on" },
  });
  expect(database.facts.version).toMatch(/^\d+\.\d+/);
  await database.checkpoint();
  const other = await openPool(await database.freshDatabase(), 1);
  const [{ name }] = await other<[{ name: string }]>`select current_database() as name`;
  await other.end();
  await database[Symbol.asyncDispose]();

  const after = await openDatabase(given);
  expect(await after.sql`select 1 from pg_namespace where nspname = ${schema}`).toHaveLength(0);
  expect(await after.sql`select 1 from pg_database where datname = ${name}`).toHaveLength(0);
  await after[Symbol.asyncDispose]();
});

test("refuses a PostgreSQL that acknowledges what it may lose", async () => {
  const url = new URL(given);
  url.searchParams.set("synchronous_commit", "off");
  await expect(openDatabase(url.href)).rejects.toThrow("synchronous_commit = off");
});

test("starts a PostgreSQL that has write-ahead log to write over, as one that has run for a while", async () => {
  await using database = await openDatabase("");
  const [{ ahead }] = await database.sql<[{ ahead: number }]>`
    select count(*)::int as ahead from pg_ls_waldir() where name > pg_walfile_name(pg_current_wal_lsn())`;
  expect(ahead).toBeGreaterThan(100);
  expect(database.facts).toMatchObject({ source: "embedded", settings: { min_wal_size: "2GB" } });
});
