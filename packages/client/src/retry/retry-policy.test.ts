import { InvalidArgumentError, ResourceExhaustedError, UnavailableError } from "@leftfold/core";
import { expect, test } from "vitest";
import { defaultRetryPolicy, delayMs, retryPolicy } from "./retry-policy.ts";

test("takes the defaults for what is not given", () => {
  expect(retryPolicy()).toEqual(defaultRetryPolicy);
  expect(retryPolicy({ attemptsMax: 3 })).toEqual({ ...defaultRetryPolicy, attemptsMax: 3 });
});

test("rejects values that are not above zero, and names them", () => {
  const error = thrownBy(() => retryPolicy({ baseDelayMs: 0, delayMaxMs: Number.NaN, attemptsMax: 1 }));
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect((error as InvalidArgumentError).violations.map(({ field }) => field)).toEqual([
    "retry.baseDelayMs",
    "retry.delayMaxMs",
  ]);
});

test("doubles the delay up to its ceiling, and takes a random share of it", () => {
  const error = new UnavailableError("gone");
  const delays = [1, 2, 3, 4, 7, 100].map((failures) => delayMs(defaultRetryPolicy, failures, error, 1));
  expect(delays).toEqual([50, 100, 200, 400, 2_000, 2_000]);
  expect(delayMs(defaultRetryPolicy, 3, error, 0.25)).toBe(50);
  expect(delayMs(defaultRetryPolicy, 3, error, 0)).toBe(0);
});

test("waits what the store asks for in full", () => {
  const error = new ResourceExhaustedError("full", { retryDelayMs: 3_000 });
  expect(delayMs(defaultRetryPolicy, 1, error, 0.5)).toBe(3_025);
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
