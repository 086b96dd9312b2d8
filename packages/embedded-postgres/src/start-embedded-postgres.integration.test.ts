import { mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type EmbeddedPostgresError, startEmbeddedPostgres } from "./index.ts";
import { findFreePort } from "./loopback.ts";
import { postmasterPid, query, readLog, untilGone, Workbench } from "./testing/workbench.ts";

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

test("makes a durable UTF-8 database, and keeps it from one start to the next", async () => {
  const dataDir = bench.dataDir("not/there/yet");
  const said: string[] = [];
  const first = await startEmbeddedPostgres({ dataDir, onLog: (message) => said.push(message) });
  const [facts] = await query(
    first.url,
    `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
      current_setting('max_connections') as connections, current_setting('shared_buffers') as buffers,
      (select datlocprovider::text || ':' || datlocale from pg_database where datname = 'postgres') as locale`,
  );
  expect(facts).toEqual({
    encoding: "UTF8",
    fsync: "on",
    connections: "200",
    buffers: "128MB",
    locale: "b:C.UTF-8",
  });
  await query(first.url, "create table kept as select 42 as answer");
  await first.stop();

  const second = await startEmbeddedPostgres({ dataDir, onLog: (message) => said.push(message) });
  expect(await query(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  await second.stop();
  expect(said.map((line) => line.split(" ")[0])).toEqual([
    ...["making", "starting", "started", "stopping"],
    ...["starting", "started", "stopping"],
  ]);
});

test("keeps the data directory, the database and the password private", async () => {
  const dataDir = bench.dataDir();
  await mkdir(dataDir, { mode: 0o755 });
  const postgres = await startEmbeddedPostgres({ dataDir });
  const mode = async (name: string): Promise<number> => (await stat(join(dataDir, name))).mode & 0o777;
  expect([await mode("."), await mode("pgdata"), await mode("password")]).toEqual([0o700, 0o700, 0o600]);
  expect(await readdir(join(dataDir, "locks"))).toEqual([]);
  await postgres.stop();
  expect(await readdir(join(dataDir, "users"))).toEqual([]);
});

test("lets nobody in without the password, and listens on 127.0.0.1 only", async () => {
  const dataDir = bench.dataDir();
  const postgres = await startEmbeddedPostgres({ dataDir });
  const wrong = postgres.url.replace(/:[^:@]+@/, ":guess@");
  await expect(query(wrong, "select 1")).rejects.toMatchObject({ code: "28P01" });
  expect(await query(postgres.url, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  expect(await query(postgres.url, "show unix_socket_directories")).toEqual([
    { unix_socket_directories: "" },
  ]);
  await postgres.stop();
});

test.each(["with spaces", "ünï-ço∂é-日本", 'it\'s "quoted" $HOME', "with:colon"])(
  "works in a data directory with an unusual name: %s",
  async (name) => {
    const postgres = await startEmbeddedPostgres({ dataDir: bench.dataDir(name) });
    expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await postgres.stop();
    const again = await startEmbeddedPostgres({ dataDir: bench.dataDir(name) });
    await again.stop();
  },
);

test("takes a symbolic link to a data directory for the directory itself", async () => {
  const dataDir = bench.dataDir();
  const first = await startEmbeddedPostgres({ dataDir });
  await symlink(dataDir, bench.dataDir("link"));
  const second = await startEmbeddedPostgres({ dataDir: bench.dataDir("link") });
  expect(second.url).toBe(first.url);
  await first.stop();
  await second.stop();
});

test("puts the settings into force that it is given", async () => {
  const settings = { max_connections: "17", "leftfold.colour": "deep blue", application_name: "" };
  const postgres = await startEmbeddedPostgres({ dataDir: bench.dataDir(), settings });
  expect(await query(postgres.url, "show max_connections")).toEqual([{ max_connections: "17" }]);
  expect(await query(postgres.url, "show leftfold.colour")).toEqual([{ "leftfold.colour": "deep blue" }]);
  await postgres.stop();
});

test("listens on the port that it is given, and moves there when nobody uses the running PostgreSQL", async () => {
  const dataDir = bench.dataDir();
  const user = bench.startUser({ dataDir });
  const abandonedUrl = await user.url();
  await user.kill();
  const port = await findFreePort();
  const postgres = await startEmbeddedPostgres({ dataDir, port });
  expect(new URL(postgres.url).port).toBe(String(port));
  expect(postgres.url).not.toBe(abandonedUrl);
  await expect(startEmbeddedPostgres({ dataDir, port: port - 1 })).rejects.toMatchObject({
    code: "port-unavailable",
    message: expect.stringContaining(`used by the processes ${process.pid}`),
  });
  const same = await startEmbeddedPostgres({ dataDir, port });
  await same.stop();
  await postgres.stop();
});

test("says so when the wanted port is taken", async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port));
  });
  const error = await startEmbeddedPostgres({ dataDir: bench.dataDir(), port }).catch(
    (e: EmbeddedPostgresError) => e,
  );
  expect(error).toMatchObject({ code: "port-unavailable", retryable: true });
  other.close();
});

test("shows the end of PostgreSQL's log when it does not start", async () => {
  const dataDir = bench.dataDir();
  await expect(
    startEmbeddedPostgres({ dataDir, settings: { shared_buffers: "nonsense" } }),
  ).rejects.toMatchObject({
    code: "start-failed",
    retryable: false,
    message: expect.stringContaining('invalid value for parameter "shared_buffers": "nonsense"'),
  });
  expect(await readdir(join(dataDir, "users"))).toEqual([]);
});

test("gives up a start when the signal is aborted, and leaves nothing running", async () => {
  const dataDir = bench.dataDir();
  const reason = new Error("changed my mind");
  const early = startEmbeddedPostgres({ dataDir, signal: AbortSignal.abort(reason) });
  await expect(early).rejects.toBe(reason);
  for (const message of ["making", "starting"]) {
    const controller = new AbortController();
    const onLog = (line: string): void => {
      if (line.startsWith(message)) queueMicrotask(() => controller.abort(reason));
    };
    await expect(startEmbeddedPostgres({ dataDir, signal: controller.signal, onLog })).rejects.toBe(reason);
    expect((await readdir(dataDir)).filter((name) => name.startsWith("pgdata.new"))).toEqual([]);
    expect(() => postmasterPid(dataDir)).toThrow("ENOENT");
  }
  const postgres = await startEmbeddedPostgres({ dataDir });
  await postgres.stop();
});

test("gives up a start that takes too long, and leaves nothing running", async () => {
  const dataDir = bench.dataDir();
  await (await startEmbeddedPostgres({ dataDir })).stop();
  await expect(startEmbeddedPostgres({ dataDir, startTimeoutMs: 1 })).rejects.toMatchObject({
    code: "start-timeout",
    retryable: true,
  });
  expect(() => postmasterPid(dataDir)).toThrow("ENOENT");
});

test("puts a long log aside", async () => {
  const dataDir = bench.dataDir();
  await (await startEmbeddedPostgres({ dataDir })).stop();
  await writeFile(join(dataDir, "postgres.log"), Buffer.alloc(11 * 1024 * 1024, "x"));
  await (await startEmbeddedPostgres({ dataDir })).stop();
  expect(await readLog(dataDir)).toMatch(/^\d{4}-.*starting PostgreSQL/);
  expect((await stat(join(dataDir, "postgres.log.1"))).size).toBe(11 * 1024 * 1024);
});

test("is released by Symbol.asyncDispose, and stopping twice does nothing", async () => {
  const dataDir = bench.dataDir();
  const postgres = await startEmbeddedPostgres({ dataDir });
  const pid = postmasterPid(dataDir);
  await postgres[Symbol.asyncDispose]();
  await untilGone(pid);
  await postgres.stop();
});
