import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Host, thisHost } from "./host.ts";
import { type Installation, programPath } from "./installation.ts";
import { identifyProcess, type ProcessIdentity } from "./process-identity.ts";
import { shutDown } from "./shut-down.ts";
import { Workbench } from "./testing/workbench.ts";

const host = thisHost();
const windows: Host = { ...host, platform: "win32" };

let bench: Workbench;
let installation: Installation;
const children: ChildProcess[] = [];
beforeEach(async () => {
  bench = await Workbench.open();
  installation = { root: bench.root, version: "18.0.0", major: 18, links: [] };
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await bench[Symbol.asyncDispose]();
});

/** A process that says when it is ready, and then does with signals what the shell's `trap` says. */
async function startStandIn(trap: string): Promise<ProcessIdentity> {
  const child = spawn("sh", ["-c", `${trap}; echo ready; while :; do sleep 0.05; done`]);
  children.push(child);
  await once(child.stdout, "data");
  return (await identifyProcess(host.platform, child.pid!))!;
}

async function endOf(): Promise<unknown> {
  const child = children[0]!;
  return child.exitCode ?? child.signalCode ?? (await once(child, "exit"))[0];
}

// What PostgreSQL does when it is asked nicely is tested with PostgreSQL; what hangs is hard to get from it.
describe.skipIf(host.platform === "win32")("shutting down", () => {
  test("asks less nicely when the nice way takes too long", async () => {
    const standIn = await startStandIn("trap '' INT; trap 'exit 3' QUIT");
    await shutDown(host, installation, standIn, undefined, { fastMs: 100, immediateMs: 20_000 });
    expect(await endOf()).toBe(3);
  });

  test("says so when nothing helps", async () => {
    const standIn = await startStandIn("trap '' INT QUIT");
    await expect(
      shutDown(host, installation, standIn, undefined, { fastMs: 50, immediateMs: 50 }),
    ).rejects.toMatchObject({ code: "stop-failed", message: expect.stringContaining(`pid ${standIn.pid}`) });
  });

  test("never signals a process that only has the number of the one it means", async () => {
    const standIn = await startStandIn("trap 'exit 3' INT");
    await shutDown(host, installation, { pid: standIn.pid, startedAt: "another boot/1" });
    expect(await identifyProcess(host.platform, standIn.pid)).toEqual(standIn);
  });

  test("asks through pg_ctl on Windows, and says so when that fails", async () => {
    const pgCtl = programPath(windows, bench.root, "pg_ctl");
    await mkdir(join(bench.root, "bin"));
    await writeFile(pgCtl, '#!/bin/sh\n[ "$1" = kill ] && kill -"$2" "$3"\n');
    const standIn = await startStandIn("trap 'exit 3' INT");
    await expect(shutDown(windows, installation, standIn)).rejects.toMatchObject({
      code: "stop-failed",
      cause: { code: "EACCES" },
    });
    await chmod(pgCtl, 0o755);
    await shutDown(windows, installation, standIn);
    expect(await endOf()).toBe(3);
  });
});
