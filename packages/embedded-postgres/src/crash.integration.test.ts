import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startEmbeddedPostgres } from "./index.ts";
import { Patience } from "./patience.ts";
import { killPostmaster, postmasterPid, query, untilGone, Workbench } from "./testing/workbench.ts";

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

test("keeps every acknowledged row when PostgreSQL is killed while it writes", async () => {
  const dataDir = bench.dataDir();
  const first = await startEmbeddedPostgres({ dataDir });
  await query(first.url, "create table written (n int)");
  const sql = postgres(first.url, { max: 1 });
  let acknowledged = 0;
  const writing = (async () => {
    for (;;) {
      await sql`insert into written values (${acknowledged + 1})`;
      acknowledged++;
    }
  })();
  const ended = writing.catch((error: unknown) => error);
  await new Patience(20_000).until(async () => (acknowledged >= 50 ? true : undefined));
  await killPostmaster(dataDir);
  expect(await ended).toBeInstanceOf(Error);
  await sql.end({ timeout: 0 });

  const second = await startEmbeddedPostgres({ dataDir });
  expect(new URL(second.url).port, "clients find it again where it was").toBe(new URL(first.url).port);
  const [row] = await query(second.url, `select count(*)::int as n from written where n <= ${acknowledged}`);
  expect(row).toEqual({ n: acknowledged });
  await first.stop();
  expect(await query(second.url, "select 1 as one"), "still used by the second handle").toEqual([{ one: 1 }]);
  await second.stop();
});

test("waits for the orphaned backends of a killed PostgreSQL", async () => {
  const dataDir = bench.dataDir();
  const first = await startEmbeddedPostgres({ dataDir });
  const sql = postgres(first.url, { max: 1, onnotice: () => {} });
  const [backend] = await sql<[{ pid: number }]>`select pg_backend_pid() as pid`;
  // Computes without ever looking up, so it does not notice the death of its parent.
  const busy = sql`select count(*) from generate_series(1, 1000000000000)`.execute().catch(() => {});
  const watch = postgres(first.url, { max: 1 });
  await new Patience(20_000).until(async () => {
    const [row] = await watch<
      [{ state: string }?]
    >`select state from pg_stat_activity where pid = ${backend.pid}`;
    return row?.state === "active" ? true : undefined;
  });
  await watch.end();
  await killPostmaster(dataDir);

  let waits = 0;
  const second = await startEmbeddedPostgres({
    dataDir,
    onLog: (message) => {
      if (message.startsWith("backends of a killed") && ++waits === 2) process.kill(backend.pid, "SIGQUIT");
    },
  });
  await untilGone(backend.pid);
  expect(waits).toBeGreaterThanOrEqual(2);
  expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await sql.end({ timeout: 0 });
  await busy;
  await second.stop();
  await first.stop();
});

test("takes another port when a stranger took that of a crashed PostgreSQL", async () => {
  const dataDir = bench.dataDir();
  const first = await startEmbeddedPostgres({ dataDir });
  const port = Number(new URL(first.url).port);
  await killPostmaster(dataDir);
  const stranger = createServer().listen(port, "127.0.0.1");
  await once(stranger, "listening");
  const second = await startEmbeddedPostgres({ dataDir });
  expect(new URL(second.url).port).not.toBe(String(port));
  expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
  stranger.close();
  await first.stop();
  await second.stop();
});

test("adopts the PostgreSQL of a killed process", async () => {
  const dataDir = bench.dataDir();
  const user = bench.startUser({ dataDir });
  const url = await user.url();
  await query(url, "create table kept as select 1 as n");
  const pid = postmasterPid(dataDir);
  await user.kill();
  const said: string[] = [];
  const adopted = await startEmbeddedPostgres({ dataDir, onLog: (message) => said.push(message) });
  expect(adopted.url).toBe(url);
  expect(postmasterPid(dataDir)).toBe(pid);
  expect(said[0]).toContain("using the PostgreSQL that runs");
  expect(await query(adopted.url, "select n from kept")).toEqual([{ n: 1 }]);
  await adopted.stop();
  await untilGone(pid);
});

test("starts when both PostgreSQL and the process that started it were killed", async () => {
  const dataDir = bench.dataDir();
  const user = bench.startUser({ dataDir });
  await query(await user.url(), "create table kept as select 1 as n");
  await user.kill();
  await killPostmaster(dataDir);
  const again = await startEmbeddedPostgres({ dataDir });
  expect(await query(again.url, "select n from kept")).toEqual([{ n: 1 }]);
  await again.stop();
});

test("keeps running when the terminal interrupts the process group, so that a graceful end can use it", async () => {
  const dataDir = bench.dataDir();
  const user = bench.startUser({ dataDir }, { detached: true });
  const url = await user.url();
  process.kill(-user.child.pid!, "SIGINT");
  await once(user.child, "exit");
  expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
  await (await startEmbeddedPostgres({ dataDir })).stop();
});

test("is not misled by a postmaster.pid whose process number belongs to another process now", async () => {
  const dataDir = bench.dataDir();
  const first = await startEmbeddedPostgres({ dataDir });
  const file = join(dataDir, "pgdata", "postmaster.pid");
  const lines = (await readFile(file, "utf8")).split("\n");
  await first.stop();
  const stranger = spawn("sleep", ["600"]);
  await writeFile(file, [stranger.pid, ...lines.slice(1)].join("\n"));
  const second = await startEmbeddedPostgres({ dataDir });
  expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(stranger.exitCode).toBeNull();
  await second.stop();
  stranger.kill();
});

test("recovers from an empty postmaster.pid", async () => {
  const dataDir = bench.dataDir();
  await (await startEmbeddedPostgres({ dataDir })).stop();
  await writeFile(join(dataDir, "pgdata", "postmaster.pid"), "");
  const again = await startEmbeddedPostgres({ dataDir });
  await again.stop();
});

test("recovers from a start that was killed while it made the database", async () => {
  const dataDir = bench.dataDir();
  const user = bench.startUser({ dataDir });
  const unfinished = async (): Promise<string | undefined> =>
    (await readdir(dataDir).catch(() => [])).find((name) => name.startsWith("pgdata.new-"));
  expect(await new Patience(20_000).until(unfinished)).toBeDefined();
  user.answer.catch(() => {});
  await user.kill();
  expect(existsSync(join(dataDir, "pgdata"))).toBe(false);
  await mkdir(join(dataDir, "pgdata.new-left-behind"));

  const again = await startEmbeddedPostgres({ dataDir });
  expect(existsSync(join(dataDir, "pgdata.new-left-behind"))).toBe(false);
  expect(await query(again.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await again.stop();
});

test("waits for a PostgreSQL that is still starting, and gives up with the end of its log", async () => {
  const dataDir = bench.dataDir();
  const user = bench.startUser({ dataDir });
  await user.url();
  const pid = postmasterPid(dataDir);
  process.kill(pid, "SIGSTOP");
  await expect(startEmbeddedPostgres({ dataDir, startTimeoutMs: 300 })).rejects.toMatchObject({
    code: "start-timeout",
    message: expect.stringContaining(`pid ${pid}`),
  });
  process.kill(pid, "SIGCONT");
  const joined = await startEmbeddedPostgres({ dataDir });
  await user.stop();
  expect(await query(joined.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await joined.stop();
});
