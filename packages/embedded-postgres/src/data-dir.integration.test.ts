import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startEmbeddedPostgres } from "./index.ts";
import { query, Workbench } from "./testing/workbench.ts";

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

test("refuses the data of another major version, and says what to do", async () => {
  const dataDir = bench.dataDir();
  await mkdir(join(dataDir, "pgdata"), { recursive: true });
  await writeFile(join(dataDir, "pgdata", "PG_VERSION"), "17\n");
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: "data-dir-version",
    message: expect.stringMatching(/written by PostgreSQL 17, .* brings PostgreSQL 18, .*pg_dump/),
  });
});

test("refuses a database that is none", async () => {
  const dataDir = bench.dataDir();
  await mkdir(join(dataDir, "pgdata"), { recursive: true });
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: "data-dir-unusable",
    message: expect.stringContaining("PG_VERSION"),
  });
});

test("refuses a folder that holds something else, and does not touch its permissions", async () => {
  const dataDir = bench.dataDir();
  await mkdir(dataDir, { mode: 0o755 });
  await writeFile(join(dataDir, "thesis.txt"), "important");
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: "data-dir-unusable",
    message: expect.stringContaining("(thesis.txt)"),
  });
  expect((await stat(dataDir)).mode & 0o777).toBe(0o755);
  expect(await readdir(dataDir)).toEqual(["thesis.txt"]);
});

test("takes a folder that a volume or a repository left nearly empty, and later additions", async () => {
  const dataDir = bench.dataDir();
  await mkdir(join(dataDir, "lost+found"), { recursive: true });
  await (await startEmbeddedPostgres({ dataDir })).stop();
  await writeFile(join(dataDir, "notes.txt"), "");
  await (await startEmbeddedPostgres({ dataDir })).stop();
});

test("refuses a path through a file", async () => {
  await writeFile(bench.dataDir("file"), "");
  await expect(startEmbeddedPostgres({ dataDir: join(bench.root, "file", "data") })).rejects.toMatchObject({
    code: "data-dir-unusable",
    message: expect.stringMatching(/ENOTDIR|EEXIST/),
  });
});

test("refuses a database without its password, and keeps the password of an interrupted start", async () => {
  const dataDir = bench.dataDir();
  await mkdir(dataDir);
  await writeFile(join(dataDir, "password"), "made-by-an-interrupted-start");
  const postgres = await startEmbeddedPostgres({ dataDir });
  expect(new URL(postgres.url).password).toBe("made-by-an-interrupted-start");
  expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await postgres.stop();
  await rm(join(dataDir, "password"));
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: "data-dir-unusable",
    message: expect.stringContaining("Restore the file"),
  });
});

test("says so when a part of the data directory cannot be used", async () => {
  const dataDir = bench.dataDir();
  await mkdir(dataDir);
  await writeFile(join(dataDir, "users"), "a file where a folder belongs");
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: "data-dir-unusable",
    message: expect.stringMatching(/ENOTDIR.*See that the disk has space/),
    cause: { code: "ENOTDIR" },
  });
});
