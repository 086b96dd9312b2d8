import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { Patience } from "./patience.ts";
import { identifyProcess, isRunning, parseIdentity, psField } from "./process-identity.ts";

const here = process.platform;

test.each(["linux", "darwin", "win32"] as const)(
  "knows the living from the dead, the way of %s",
  async (platform) => {
    const child = spawn("sleep", ["600"]);
    const identity = await identifyProcess(platform, child.pid!);
    expect(identity?.pid).toBe(child.pid);
    expect(await isRunning(platform, identity!)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await isRunning(platform, identity!)).toBe(false);
  },
);

test.runIf(here === "linux").each(["linux", "darwin"] as const)(
  "tells processes with the same number apart by their start, the way of %s",
  async (platform) => {
    const self = await identifyProcess(platform, process.pid);
    expect(self?.startedAt).not.toBe("");
    expect(await isRunning(platform, { pid: process.pid, startedAt: "another time" })).toBe(false);
    expect(await isRunning(platform, { pid: process.pid, startedAt: "" }), "unknown").toBe(true);
  },
);

test.runIf(here === "linux").each(["linux", "darwin"] as const)(
  "counts a process that nobody has collected yet as ended, the way of %s",
  async (platform) => {
    // The shell becomes a sleep, which never asks for the child that the shell had.
    const parent = spawn("sh", ["-c", "sleep 600 & echo $!; exec sleep 600"]);
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number.parseInt(line.toString(), 10);
    const became = await new Patience(20_000).until(async () =>
      (await psField(parent.pid!, "comm")) === "sleep" ? true : undefined,
    );
    expect(became).toBe(true);
    process.kill(pid, "SIGKILL");
    const ended = await new Patience(20_000).until(async () =>
      (await identifyProcess(platform, pid)) === undefined ? true : undefined,
    );
    expect(ended).toBe(true);
    expect(() => process.kill(pid, 0), "the kernel still knows it").not.toThrow();
    parent.kill();
  },
);

test("does not take half a file for an identity", () => {
  expect(parseIdentity('{"pid":1,"startedAt":"x"}')).toEqual({ pid: 1, startedAt: "x" });
  for (const text of ["", '{"pid":1', '{"pid":1}', '{"startedAt":"x"}', '"text"', "null"]) {
    expect(parseIdentity(text)).toBeUndefined();
  }
});

test("finds nobody under a number that was given back", async () => {
  const { pid } = spawnSync("true");
  expect(await identifyProcess(here, pid)).toBeUndefined();
});
