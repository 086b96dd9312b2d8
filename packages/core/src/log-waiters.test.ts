import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LogWaiters } from "./log-waiters.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const heldBy = (waiters: LogWaiters, signal: AbortSignal): readonly number[] => [
  waiters.size,
  vi.getTimerCount(),
  getEventListeners(signal, "abort").length,
];

test("growth wakes those whom it gives something new, and only those", async () => {
  const waiters = new LogWaiters();
  const { signal } = new AbortController();
  const behind = waiters.wait(4n, 1000, signal);
  const ahead = waiters.wait(5n, 1000, signal);
  waiters.wake(5n);
  await behind;
  expect(heldBy(waiters, signal)).toEqual([1, 1, 1]);
  waiters.wake(6n);
  await ahead;
  expect(heldBy(waiters, signal)).toEqual([0, 0, 0]);
});

test("a wait ends when its time is up, and holds nothing afterwards", async () => {
  const waiters = new LogWaiters();
  const { signal } = new AbortController();
  const wait = waiters.wait(4n, 1000, signal);
  await vi.advanceTimersByTimeAsync(1000);
  await wait;
  expect(heldBy(waiters, signal)).toEqual([0, 0, 0]);
});

test("an abort ends a wait with its reason, and holds nothing afterwards", async () => {
  const waiters = new LogWaiters();
  const caller = new AbortController();
  const wait = waiters.wait(4n, 1000, caller.signal);
  const reason = new Error("enough");
  caller.abort(reason);
  await expect(wait).rejects.toBe(reason);
  await expect(waiters.wait(4n, 1000, caller.signal)).rejects.toBe(reason);
  expect(heldBy(waiters, caller.signal)).toEqual([0, 0, 0]);
});

test("a wait without a signal is woken just so", async () => {
  const waiters = new LogWaiters();
  const wait = waiters.wait(0n, 1000, undefined);
  waiters.wake(1n);
  await wait;
  expect(waiters.size).toBe(0);
});
