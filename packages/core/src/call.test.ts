import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { abortable, beginCall, runCall } from "./call.ts";
import { DeadlineExceededError, InvalidArgumentError } from "./errors.ts";
import { Lifetime } from "./lifetime.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const reason = new Error("the caller's reason");
const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

test("a call without options has no signal", () => {
  expect(beginCall(undefined).signal).toBeUndefined();
  expect(beginCall({}).signal).toBeUndefined();
  beginCall(undefined).end();
});

test("a call with a signal alone runs under that very signal", () => {
  const { signal } = new AbortController();
  const call = beginCall({ signal });
  expect(call.signal).toBe(signal);
  call.end();
  expect(listeners(signal)).toBe(0);
});

test("a call under a signal that is aborted already does not begin, and leaves nothing behind", () => {
  const signal = AbortSignal.abort(reason);
  expect(() => beginCall({ signal, timeoutMs: 5 })).toThrow(reason);
  expect(vi.getTimerCount()).toBe(0);
});

test("a deadline aborts with deadline-exceeded that says how long the call had", () => {
  const { signal } = beginCall({ timeoutMs: 250 });
  vi.advanceTimersByTime(249);
  expect(signal?.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal?.reason).toBeInstanceOf(DeadlineExceededError);
  expect(signal?.reason.message).toContain("250 ms");
});

test("with a signal and a deadline, whichever comes first ends the call", () => {
  const caller = new AbortController();
  const aborted = beginCall({ signal: caller.signal, timeoutMs: 250 });
  const expired = beginCall({ signal: caller.signal, timeoutMs: 10 });
  vi.advanceTimersByTime(10);
  caller.abort(reason);
  expect(aborted.signal?.reason).toBe(reason);
  expect(expired.signal?.reason).toBeInstanceOf(DeadlineExceededError);
});

test("a call that has ended holds neither timer nor listener", () => {
  const { signal } = new AbortController();
  const call = beginCall({ signal, timeoutMs: 60_000 });
  expect([vi.getTimerCount(), listeners(signal)]).toEqual([1, 1]);
  call.end();
  expect([vi.getTimerCount(), listeners(signal)]).toEqual([0, 0]);
});

test("a deadline further away than timers reach does not expire at once", () => {
  const { signal } = beginCall({ timeoutMs: Number.MAX_SAFE_INTEGER });
  vi.advanceTimersByTime(1000);
  expect(signal?.aborted).toBe(false);
});

test("a deadline does not keep the process alive", () => {
  vi.useRealTimers();
  const timers = vi.spyOn(globalThis, "setTimeout");
  const call = beginCall({ timeoutMs: 60_000 });
  expect(timers.mock.results[0]?.value.hasRef()).toBe(false);
  call.end();
});

test("a deadline works where timers are plain numbers", () => {
  vi.spyOn(globalThis, "setTimeout").mockImplementation((() => 7) as unknown as typeof setTimeout);
  expect(beginCall({ timeoutMs: 5 }).signal?.aborted).toBe(false);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, "5"])("refuses a timeout of %s", (timeoutMs) => {
  expect(() => beginCall({ timeoutMs: timeoutMs as number })).toThrow(InvalidArgumentError);
});

test("abortable settles as the promise does, and leaves no listener", async () => {
  const { signal } = new AbortController();
  await expect(abortable(Promise.resolve(5), signal)).resolves.toBe(5);
  await expect(abortable(Promise.reject(reason), signal)).rejects.toBe(reason);
  await expect(abortable(Promise.resolve(6), undefined)).resolves.toBe(6);
  await Promise.resolve();
  expect(listeners(signal)).toBe(0);
});

test("abortable rejects with the signal's reason as soon as it is aborted", async () => {
  const caller = new AbortController();
  const never = abortable(new Promise(() => {}), caller.signal);
  caller.abort(reason);
  await expect(never).rejects.toBe(reason);
  await expect(abortable(new Promise(() => {}), caller.signal)).rejects.toBe(reason);
  expect(listeners(caller.signal)).toBe(0);
});

test("a promise that fails after the abort is no unhandled rejection", async () => {
  const caller = new AbortController();
  const { promise, reject } = Promise.withResolvers<void>();
  const call = abortable(promise, caller.signal);
  caller.abort(reason);
  await expect(call).rejects.toBe(reason);
  reject(new Error("too late to matter"));
  await Promise.resolve();
});

test("a call that runs without a deadline gives the run's own promise, under the caller's own signal", async () => {
  const { signal } = new AbortController();
  const run = vi.fn(() => running);
  const running = Promise.resolve(7);
  expect(runCall(new Lifetime(), { signal }, run)).toBe(running);
  expect(run).toHaveBeenCalledWith(signal);
  expect(await runCall(new Lifetime(), undefined, async (none) => none)).toBeUndefined();
});

test("a call that runs under a deadline lets go of it once it has settled, either way", async () => {
  const { signal } = new AbortController();
  const options = { signal, timeoutMs: 60_000 };
  const held = async (): Promise<number[]> => [vi.getTimerCount(), listeners(signal)];
  expect(await runCall(new Lifetime(), options, held)).toEqual([1, 1]);
  expect(await held()).toEqual([0, 0]);
  await expect(runCall(new Lifetime(), options, () => Promise.reject(reason))).rejects.toBe(reason);
  expect(await held()).toEqual([0, 0]);
});

test("what cannot run rejects, and holds nothing", async () => {
  const closed = new Lifetime();
  closed.close();
  const never = vi.fn(async () => undefined);
  const aborted = { signal: AbortSignal.abort(reason), timeoutMs: 5 };
  await expect(runCall(closed, aborted, never)).rejects.toMatchObject({ code: "unavailable" });
  await expect(runCall(new Lifetime(), aborted, never)).rejects.toBe(reason);
  await expect(runCall(new Lifetime(), { timeoutMs: 0 }, never)).rejects.toThrow(InvalidArgumentError);
  expect(never).not.toHaveBeenCalled();
  const throws = (): never => {
    throw reason;
  };
  await expect(runCall(new Lifetime(), { timeoutMs: 60_000 }, throws)).rejects.toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
});
