import { afterAll, beforeAll, expect, test } from "vitest";
import { growth } from "../benchmarks/growth.ts";
import { openInProcess } from "../contenders/open-store.ts";
import type { TestBed } from "../harness/benchmark.ts";
import { report } from "../harness/report.ts";
import { runBenchmark } from "../harness/run-benchmark.ts";
import { type Database, openDatabase } from "../postgres/database.ts";
import { fillLog } from "./fill-log.ts";
import { grownSchema } from "./grown-schema.ts";
import { verifyLog } from "./verify-log.ts";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

function bed(keep: boolean): TestBed {
  return { database, keep, warmUpMs: 5, measureMs: 50, aggregates: "own", closeLater: () => undefined };
}

test("does everything to logs of three sizes, and compares the large and the medium one with the small", async () => {
  const run = await runBenchmark(growth, { ...bed(false), runs: 1, profile: false, events: 3000 });
  const { contenders, targets } = report(growth, run);
  expect(contenders).toHaveLength(18);
  expect(new Set(contenders.map(({ parameters }) => parameters["events"]))).toEqual(new Set([3, 300, 3000]));
  for (const { name, unitsPerSecond } of contenders) expect(unitsPerSecond.median, name).toBeGreaterThan(0);
  for (const { label, median } of targets) expect(median, label).toBeGreaterThan(0);
  const held = targets.filter(({ atLeast }) => atLeast !== undefined).map(({ label }) => label);
  expect(held).toEqual(
    ["plain append", "tagged append", "idempotent append", "newest page"].map(
      (work) => `${work}, large log / ${work}, small log`,
    ),
  );
});

test("fills a log that the store takes for its own, with every index that the store has", async () => {
  const [filled, own] = [database.freshSchema(), database.freshSchema()];
  await fillLog(database.url, filled, 1000);
  await (await openInProcess(database, own))[Symbol.asyncDispose]();
  const indexes = async (schema: string): Promise<string[]> => {
    const rows = await database.sql<{ indexdef: string }[]>`
      select indexdef from pg_indexes where schemaname = ${schema}
        and tablename in ('events', 'event_tags', 'idempotency')`;
    return rows.map(({ indexdef }) => indexdef.replaceAll(schema, "schema")).sort();
  };
  expect(await indexes(filled)).toEqual(await indexes(own));
  const opened = await openInProcess(database, filled);
  await verifyLog(database, filled, opened.store, 1000);
  await expect(verifyLog(database, filled, opened.store, 999)).rejects.toThrow("head");
  await opened[Symbol.asyncDispose]();
});

test.each([
  ["an event", "alter table events disable trigger user; delete from events where global_nonce = 95", "hole"],
  [
    "a tag",
    "alter table event_tags disable trigger user; delete from event_tags where global_nonce = 100",
    "tag",
  ],
  ["a key", "delete from idempotency", "repeated append"],
])("sees that %s of a filled log is missing", async (_, sql, complaint) => {
  const schema = database.freshSchema();
  await fillLog(database.url, schema, 100);
  await database.sql.unsafe(`set search_path = "${schema}"; ${sql}; reset search_path`);
  const opened = await openInProcess(database, schema);
  await expect(verifyLog(database, schema, opened.store, 100)).rejects.toThrow(new RegExp(complaint));
  await opened[Symbol.asyncDispose]();
});

test("keeps a log for the next time, unless too much was appended to it", async () => {
  const schema = await grownSchema(bed(true), 50);
  const filledAt = async (): Promise<unknown> =>
    (await database.sql.unsafe(`select created_at from "${schema}".tenants`)).at(0);
  const first = await filledAt();
  expect(await grownSchema(bed(true), 50)).toBe(schema);
  expect(await filledAt()).toEqual(first);
  await database.sql.unsafe(`update "${schema}".tenants set head = 500`);
  await grownSchema(bed(true), 50);
  expect(await filledAt()).not.toEqual(first);
  await database.dropSchema(schema);
});
