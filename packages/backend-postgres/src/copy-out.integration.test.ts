import type { Sql } from "postgres";
import { expect, it } from "vitest";
import type { CopyOut } from "./copy-out.ts";
import { renewedSql } from "./renewed-sql.ts";
import { databaseProxy } from "./testing/database-proxy.ts";
import { until, Workbench } from "./testing/workbench.ts";

const fieldAt = 6;

/** The only field of each row. */
async function fieldsOf(copy: CopyOut): Promise<string[]> {
  const fields: string[] = [];
  for (let rows = await copy.take(); rows.length > 0; rows = await copy.take())
    for (const row of rows) fields.push(row.toString("utf8", fieldAt));
  return fields;
}

it("gives every row, be there none, one that is large, or many, time after time on the same connections", async () => {
  await using workbench = await Workbench.migrated();
  const { sql } = workbench;
  for (let round = 0; round < 8; round++) {
    expect(await fieldsOf(sql.copyOut("select 'a' where false"))).toEqual([]);
    const [large, ...more] = await fieldsOf(sql.copyOut("select repeat('x', 3000000)"));
    expect([large!.length, more]).toEqual([3_000_000, []]);
    const many = await fieldsOf(
      sql.copyOut("select n::text || repeat('y', 300) from generate_series(1, 3000) n"),
    );
    expect(many.map((field) => Number.parseInt(field, 10))).toEqual(
      Array.from({ length: 3000 }, (_, i) => i + 1),
    );
    expect(await sql.unsafe("select 1 as one")).toEqual([{ one: 1 }]);
  }
});

it("is received although nobody takes it, so that the connection is free again", async () => {
  await using workbench = await Workbench.migrated();
  const copies = Array.from({ length: 8 }, () =>
    workbench.sql.copyOut("select repeat('z', 100000) from generate_series(1, 30)"),
  );
  await Promise.all(copies.map(({ finished }) => finished));
  expect((await Promise.all(copies.map(fieldsOf))).map(({ length }) => length)).toEqual(copies.map(() => 30));
});

it("gives the rows before a failure, then the failure, and leaves the connection usable", async () => {
  await using workbench = await Workbench.migrated();
  const lane = workbench.renewedLane();
  const copy = lane.copyOut(
    "select (1 / (1000 - n))::text || repeat('w', 1000) from generate_series(1, 2000) n",
  );
  const seen: string[] = [];
  const taking = async (): Promise<void> => {
    for (let rows = await copy.take(); rows.length > 0; rows = await copy.take())
      for (const row of rows) seen.push(row.toString("utf8", fieldAt));
  };
  await expect(taking()).rejects.toMatchObject({ code: "22012" });
  expect(seen.length).toBeLessThan(1000);
  await expect(lane.copyOut("select nonsense").take()).rejects.toMatchObject({ code: "42703" });
  expect(await fieldsOf(lane.copyOut("select 'fine'"))).toEqual(["fine"]);
});

it("fails when its connection is cut, and others take its place", async () => {
  await using workbench = await Workbench.migrated();
  const lane = workbench.renewedLane();
  const pid = await pidOf(lane);
  const copy = lane.copyOut("select 'row', pg_sleep(n / 10) from generate_series(1, 10000) n");
  await terminateOnceActive(workbench, pid);
  await expect(copy.finished).rejects.toMatchObject({
    code: expect.stringMatching(/57P01|CONNECTION_CLOSED/),
  });
  expect(await fieldsOf(lane.copyOut("select 'fine'"))).toEqual(["fine"]);
});

it("does not wait for ever when its connection is cut before it has one", async () => {
  await using proxy = await databaseProxy();
  await using workbench = await Workbench.migrated();
  const through = { host: "127.0.0.1", port: proxy.port, fetch_types: false };
  const lane = renewedSql(() => workbench.lane(through), 30_000);
  const busy = lane.unsafe("select pg_sleep(100)");
  const copies = [lane.copyOut("select 'fine'"), lane.copyOut("select 'fine'")];
  const ends = Promise.allSettled([busy, ...copies.map(({ finished }) => finished)]);
  await until(async () => {
    const [row] = await workbench.sql.unsafe<{ found: boolean }[]>(
      "select exists (select from pg_stat_activity where query = 'select pg_sleep(100)') as found",
    );
    return row!.found;
  });
  proxy.cut();
  // PostgreSQL does not notice, and who makes an index meanwhile would wait for the statement.
  await workbench.sql.unsafe(
    "select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(100)'",
  );
  expect((await ends)[0]).toMatchObject({ status: "rejected" });
  expect(await fieldsOf(lane.copyOut("select 'fine'"))).toEqual(["fine"]);
});

async function pidOf(sql: Sql): Promise<number> {
  const [own] = await sql.unsafe<{ pid: number }[]>("select pg_backend_pid() as pid");
  return own!.pid;
}

async function terminateOnceActive({ sql }: Workbench, pid: number): Promise<void> {
  await until(async () => {
    const [row] = await sql.unsafe<{ is_active: boolean }[]>(
      "select state = 'active' as is_active from pg_stat_activity where pid = $1",
      [pid],
    );
    return row!.is_active;
  });
  await sql.unsafe("select pg_terminate_backend($1)", [pid]);
}
