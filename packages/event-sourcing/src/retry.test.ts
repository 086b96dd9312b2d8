import {
  ConcurrencyConflictError,
  InvalidArgumentError,
  ResourceExhaustedError,
  UnavailableError,
} from "@leftfold/core";
import { expect, test } from "vitest";
import { backOff, defaultRetryPolicy, delayMs, isWorthRetrying, systemRetryClock } from "./retry.ts";

const gone = new UnavailableError("Gone.");

test("conflicts and what the store calls retryable are worth another attempt, nothing else is", () => {
  expect(isWorthRetrying(gone)).toBe(true);
  expect(isWorthRetrying(new ConcurrencyConflictError([]))).toBe(true);
  expect(isWorthRetrying(new InvalidArgumentError([]))).toBe(false);
  expect(isWorthRetrying(new Error("a bug"))).toBe(false);
});

test("a wait is a random share of a bound that doubles up to its ceiling", () => {
  const waits = [1, 2, 3, 6, 8, 2000].map((failures) => delayMs(defaultRetryPolicy, failures, gone, 1));
  expect(waits).toEqual([10, 20, 40, 250, 250, 250]);
  expect(delayMs(defaultRetryPolicy, 8, gone, 0.5)).toBe(125);
  expect(delayMs(defaultRetryPolicy, 8, gone, 0)).toBe(0);
});

test("a wait is never shorter than what the store asks for", () => {
  const full = new ResourceExhaustedError("Full.", { retryDelayMs: 700 });
  expect(delayMs(defaultRetryPolicy, 1, full, 1)).toBe(700);
});

test("waits as long as the store asks for, unless it is aborted", async () => {
  const full = new ResourceExhaustedError("Full.", { retryDelayMs: 60_000 });
  const controller = new AbortController();
  const waiting = backOff({ attemptsMax: 2, baseDelayMs: 0, delayMaxMs: 0 }, 1, full, controller.signal);
  controller.abort("enough");
  await expect(waiting).rejects.toBe("enough");
});

test("the system's clock wakes up, or at once with the reason when it is aborted before or meanwhile", async () => {
  await systemRetryClock.sleep(1, undefined);
  await systemRetryClock.sleep(1, new AbortController().signal);
  await expect(systemRetryClock.sleep(60_000, AbortSignal.abort("before"))).rejects.toBe("before");
  const controller = new AbortController();
  const asleep = systemRetryClock.sleep(60_000, controller.signal);
  controller.abort("meanwhile");
  await expect(asleep).rejects.toBe("meanwhile");
  expect(systemRetryClock.random()).toBeLessThan(1);
});
