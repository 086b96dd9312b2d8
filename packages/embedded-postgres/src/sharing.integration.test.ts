import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startEmbeddedPostgres } from "./index.ts";
import { killPostmaster, postmasterPid, query, untilGone, Workbench } from "./testing/workbench.ts";

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

test("gives one PostgreSQL to processes that start it for the first time at once", async () => {
  const dataDir = bench.dataDir();
  const users = Array.from({ length: 4 }, () => bench.startUser({ dataDir }));
  const here = Array.from({ length: 4 }, () => startEmbeddedPostgres({ dataDir }));
  const urls = [
    ...(await Promise.all(users.map((user) => user.url()))),
    ...(await Promise.all(here)).map((p) => p.url),
  ];
  expect(new Set(urls).size).toBe(1);
  expect(await query(urls[0]!, "select 1 as one")).toEqual([{ one: 1 }]);
  const pid = postmasterPid(dataDir);
  await Promise.all([
    ...users.map((user) => user.stop()),
    ...here.map(async (handle) => (await handle).stop()),
  ]);
  await untilGone(pid);
});

test("keeps running until the last of its users stops", async () => {
  const dataDir = bench.dataDir();
  const [first, second] = [bench.startUser({ dataDir }), bench.startUser({ dataDir })];
  const url = await first.url();
  await second.url();
  const pid = postmasterPid(dataDir);
  const said: string[] = [];
  const here = await startEmbeddedPostgres({ dataDir, onLog: (message) => said.push(message) });
  await first.stop();
  await here.stop();
  expect(said.at(-1)).toContain(`leaving PostgreSQL on ${dataDir} to the processes ${second.child.pid}`);
  expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
  await second.stop();
  await untilGone(pid);
});

test("does not wait for users that were killed, nor for others that now have their process number", async () => {
  const dataDir = bench.dataDir();
  const killed = bench.startUser({ dataDir });
  await killed.url();
  const here = await startEmbeddedPostgres({ dataDir });
  await killed.kill();
  const reused = { pid: process.ppid, startedAt: "another boot/1" };
  await writeFile(join(dataDir, "users", `${process.ppid}-reused.json`), JSON.stringify(reused));
  await writeFile(join(dataDir, "users", "half-written.json"), '{"pid":');
  const pid = postmasterPid(dataDir);
  await here.stop();
  await untilGone(pid);
});

test("counts every handle of one process", async () => {
  const dataDir = bench.dataDir();
  const [first, second] = [
    await startEmbeddedPostgres({ dataDir }),
    await startEmbeddedPostgres({ dataDir }),
  ];
  await first.stop();
  await first.stop();
  expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await second.stop();
});

test("gets through starts and stops by several processes in any order", async () => {
  const dataDir = bench.dataDir();
  const rounds = Array.from({ length: 3 }, async () => {
    for (let round = 0; round < 4; round++) {
      const user = bench.startUser({ dataDir });
      expect(await query(await user.url(), "select 1 as one")).toEqual([{ one: 1 }]);
      await (round % 2 === 0 ? user.stop() : user.kill());
    }
  });
  await Promise.all(rounds);
  const last = await startEmbeddedPostgres({ dataDir });
  const pid = postmasterPid(dataDir);
  await last.stop();
  await untilGone(pid);
});

test("stops without complaint when PostgreSQL is already gone", async () => {
  const dataDir = bench.dataDir();
  const postgres = await startEmbeddedPostgres({ dataDir });
  await killPostmaster(dataDir);
  await postgres.stop();
});

test("can be stopped again after a stop that was given up", async () => {
  const dataDir = bench.dataDir();
  const postgres = await startEmbeddedPostgres({ dataDir });
  const pid = postmasterPid(dataDir);
  const reason = new Error("no time");
  await expect(postgres.stop({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await postgres.stop();
  await untilGone(pid);
});

test("says so when the data directory was removed before the stop", async () => {
  const dataDir = bench.dataDir();
  const postgres = await startEmbeddedPostgres({ dataDir });
  const pid = postmasterPid(dataDir);
  await rename(dataDir, `${dataDir}.away`);
  await expect(postgres.stop()).rejects.toMatchObject({ code: "stop-failed", cause: { code: "ENOENT" } });
  await rename(`${dataDir}.away`, dataDir);
  await postgres.stop();
  await untilGone(pid);
});
