import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { cpuProbe, parentPid } from "./cpu-time.ts";

const pidOfNobody = 2 ** 30;

test("reads this process' own CPU time, which only grows", () => {
  const probe = cpuProbe([{ name: "client", pid: process.pid, withChildren: false }]);
  const before = probe()["client"] ?? 0;
  expect(before).toBeGreaterThan(0);
  let rounds = 0;
  while ((probe()["client"] ?? 0) < before + 5000) rounds++;
  expect(rounds).toBeGreaterThan(0);
});

test("leaves out who cannot be read, instead of showing zero", () => {
  const probe = cpuProbe([
    { name: "gone", pid: pidOfNobody, withChildren: false },
    { name: "all gone", pid: pidOfNobody, withChildren: true },
  ]);
  expect(probe()).toEqual({});
  expect(parentPid(pidOfNobody)).toBeUndefined();
});

test.runIf(existsSync("/proc/self/stat"))("adds up a parent and its children", () => {
  expect(parentPid(process.pid)).toBe(process.ppid);
  const alone = cpuProbe([{ name: "parent", pid: process.ppid, withChildren: false }])();
  const together = cpuProbe([{ name: "parent", pid: process.ppid, withChildren: true }])();
  // This process is one of the children, and has spent time.
  expect(together["parent"]).toBeGreaterThan(alone["parent"] ?? Number.POSITIVE_INFINITY);
});
