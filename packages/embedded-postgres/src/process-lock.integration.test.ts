import { spawnSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Patience } from "./patience.ts";
import { acquireLock, type LockPlace } from "./process-lock.ts";
import { Workbench } from "./testing/workbench.ts";

let bench: Workbench;
let place: LockPlace;
beforeEach(async () => {
  bench = await Workbench.open();
  place = { folder: bench.root, platform: process.platform };
});
afterEach(() => bench[Symbol.asyncDispose]());

const holder = (pid: number, token: string, startedAt = ""): string =>
  JSON.stringify({ pid, startedAt, token });
const deadPid = (): number => spawnSync("true").pid;

test("lets one in at a time", async () => {
  let inside = 0;
  let most = 0;
  const visits = Array.from({ length: 20 }, async () => {
    const lock = await acquireLock(place, new Patience(20_000));
    most = Math.max(most, ++inside);
    await readdir(place.folder);
    inside--;
    await lock.release();
  });
  await Promise.all(visits);
  expect(most).toBe(1);
  expect(await readdir(place.folder)).toEqual([]);
});

test("gives up after its patience, and names the holder", async () => {
  const lock = await acquireLock(place, new Patience(1000));
  await expect(acquireLock(place, new Patience(50))).rejects.toMatchObject({
    code: "busy",
    retryable: true,
    message: expect.stringContaining(`pid ${process.pid}`),
  });
  await lock.release();
});

test("gives up at once when it is aborted", async () => {
  const lock = await acquireLock(place, new Patience(1000));
  const controller = new AbortController();
  const waiting = acquireLock(place, new Patience(60_000, controller.signal));
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await lock.release();
});

test("is taken from a dead holder by exactly one of many", async () => {
  await writeFile(join(place.folder, "lock"), holder(deadPid(), "a"));
  await writeFile(join(place.folder, "claim-a"), holder(deadPid(), "a"));
  let inside = 0;
  let most = 0;
  const visits = Array.from({ length: 20 }, async () => {
    const lock = await acquireLock(place, new Patience(20_000));
    most = Math.max(most, ++inside);
    await readdir(place.folder);
    inside--;
    await lock.release();
  });
  await Promise.all(visits);
  expect(most).toBe(1);
  expect(await readdir(place.folder)).toEqual([]);
});

test("is taken even when a process died while it took the lock from a dead holder", async () => {
  await writeFile(join(place.folder, "lock"), holder(deadPid(), "a"));
  await writeFile(join(place.folder, "remove-a"), holder(deadPid(), "b"));
  const lock = await acquireLock(place, new Patience(20_000));
  await lock.release();
  expect(await readdir(place.folder)).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "is taken when the holder's process number was given away",
  async () => {
    await writeFile(join(place.folder, "lock"), holder(process.ppid, "a", "another boot/1"));
    const lock = await acquireLock(place, new Patience(20_000));
    await lock.release();
  },
);
