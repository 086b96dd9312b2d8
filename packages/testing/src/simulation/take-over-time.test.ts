import { setImmediate as immediately, setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type TakenTime, takeOverTime } from "./take-over-time.ts";
import type { VirtualTime } from "./virtual-time.ts";

let taken: TakenTime;
let time: VirtualTime;
beforeEach(() => {
  taken = takeOverTime();
  time = taken.renew();
});
afterEach(() => taken[Symbol.dispose]());

it("tells the time that it is given, to whoever asks", () => {
  const began = performance.now();
  setTimeout(() => undefined, 250);
  time.pass();
  expect(performance.now() - began).toBe(250);
  expect(Date.now()).toBe(time.nowMs);
  expect(new Date().toISOString()).toBe(new Date(time.nowMs).toISOString());
  expect(new Date(5).getTime()).toBe(5);
  expect(Date()).toBe(new Date(time.nowMs).toString());
  expect(time.passedMs).toBe(250);
});

it("runs timers in the order of their times, and of those at the same time in theirs", () => {
  const ran: string[] = [];
  setTimeout((name: string) => ran.push(name), 20, "late");
  const every = setInterval(() => ran.push("every"), 10);
  setTimeout(() => ran.push("early"), 10).unref();
  clearTimeout(setTimeout(() => ran.push("never"), 1));
  time.pass();
  time.pass();
  time.pass();
  time.pass();
  clearInterval(every);
  expect(ran).toEqual(["every", "early", "late", "every"]);
  expect(time.hasTimers).toBe(false);
  expect(() => time.pass()).toThrow("nobody waits for it");
});

it("runs what is to run immediately when it is taken, unless it was stopped", () => {
  const ran: number[] = [];
  setImmediate((n: number) => ran.push(n), 1);
  clearImmediate(setImmediate(() => ran.push(2)));
  for (const run of time.takeImmediates()) run();
  expect(ran).toEqual([1]);
  expect(time.takeImmediates()).toEqual([]);
});

it("takes the promised timers over as well, also from whoever imported them before", async () => {
  const slept = sleep(1_000, "slept");
  time.pass();
  expect(await slept).toBe("slept");
  const passed = immediately("passed");
  for (const run of time.takeImmediates()) run();
  expect(await passed).toBe("passed");
  const leaving = new AbortController();
  const left = sleep(1_000, undefined, { signal: leaving.signal });
  leaving.abort(new Error("left"));
  await expect(left).rejects.toMatchObject({ name: "AbortError", cause: new Error("left") });
  await expect(sleep(1, undefined, { signal: leaving.signal })).rejects.toMatchObject({ code: "ABORT_ERR" });
  expect(time.hasTimers).toBe(false);
});

it("draws the same random numbers in every schedule", () => {
  const drawn = [Math.random(), Math.random()];
  time = taken.renew();
  expect([Math.random(), Math.random()]).toEqual(drawn);
});

it("is taken over once, and given back", () => {
  expect(takeOverTime).toThrow("Await one simulation before the next");
  taken[Symbol.dispose]();
  expect(Date.now()).toBeGreaterThan(time.nowMs);
  taken = takeOverTime();
});
