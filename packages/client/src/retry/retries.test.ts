import { DeadlineExceededError, InvalidArgumentError, UnavailableError } from "@leftfold/core";
import { beforeEach, describe, expect, test } from "vitest";
import { ManualClock, settled } from "../test-kit/manual-clock.ts";
import { systemClock } from "./clock.ts";
import { Retries } from "./retries.ts";
import { retryPolicy } from "./retry-policy.ts";

describe("retries", () => {
  let clock: ManualClock;
  const gone = new UnavailableError("Gone.");
  beforeEach(() => {
    clock = new ManualClock();
  });

  /** Fails, and lets the wait pass. */
  async function failAndWait(retries: Retries): Promise<void> {
    const waited = retries.waitAfter(gone, undefined);
    await clock.pass(10_000);
    await waited;
  }

  test("throw what is not retryable, without waiting", async () => {
    const error = new InvalidArgumentError([]);
    await expect(new Retries(retryPolicy(), clock).waitAfter(error, undefined)).rejects.toBe(error);
    expect(clock.sleeps).toEqual([]);
  });

  test("start anew once something came through", async () => {
    const retries = new Retries(retryPolicy({ retryTimeoutMs: 1e9 }), clock);
    await failAndWait(retries);
    await failAndWait(retries);
    retries.progress();
    await failAndWait(retries);
    expect(clock.sleeps).toEqual([25, 50, 25]);
  });

  test("end after so many attempts", async () => {
    const retries = new Retries(retryPolicy({ attemptsMax: 3, retryTimeoutMs: 1e9 }), clock);
    await failAndWait(retries);
    await failAndWait(retries);
    const given = retries.waitAfter(gone, undefined);
    await expect(given).rejects.toThrow("Gone. Gave up after 3 attempts in 20000 ms.");
    await expect(given).rejects.toMatchObject({ code: "unavailable", cause: gone });
  });

  test("end when the next attempt would be too late", async () => {
    const retries = new Retries(retryPolicy({ retryTimeoutMs: 10_000 }), clock);
    await failAndWait(retries);
    await expect(retries.waitAfter(gone, undefined)).rejects.toBeInstanceOf(UnavailableError);
  });

  test("keep to the bounds that they are given in place of the policy's", async () => {
    const retries = new Retries(retryPolicy({ attemptsMax: 1 }), clock);
    const waited = retries.waitAfter(gone, undefined, { attemptsMax: 2, retryTimeoutMs: 1_000 });
    await clock.pass(25);
    await waited;
    expect(clock.sleeps).toEqual([25]);
  });

  test("end with the error itself where it speaks for itself", async () => {
    const error = new DeadlineExceededError("Too slow.");
    const retries = new Retries(retryPolicy({ attemptsMax: 1 }), clock);
    await expect(retries.waitAfter(error, undefined)).rejects.toBe(error);
    await expect(retries.waitAfter(gone, undefined)).rejects.toThrow(/^Gone. Gave up after 2 attempts/);
  });

  test("stop waiting when the signal is aborted", async () => {
    const controller = new AbortController();
    const waited = new Retries(retryPolicy(), clock).waitAfter(gone, controller.signal);
    controller.abort("enough");
    await expect(waited).rejects.toBe("enough");
    expect(clock.sleeping).toBe(0);
  });
});

describe("the system's clock", () => {
  test("wakes up", async () => {
    const before = systemClock.now();
    await systemClock.sleep(2, new AbortController().signal);
    await systemClock.sleep(1, undefined);
    expect(systemClock.now()).toBeGreaterThan(before);
    expect(systemClock.random()).toBeLessThan(1);
  });

  test("wakes up at once, with the reason, when the signal is aborted before or meanwhile", async () => {
    await expect(systemClock.sleep(60_000, AbortSignal.abort("before"))).rejects.toBe("before");
    const controller = new AbortController();
    const asleep = systemClock.sleep(60_000, controller.signal);
    await settled();
    controller.abort("meanwhile");
    await expect(asleep).rejects.toBe("meanwhile");
  });
});
