import { describe, expect, test } from "vitest";
import { ReadinessCheck } from "./readiness.ts";

describe("readiness", () => {
  function setUp(probe: () => Promise<unknown>) {
    const stopping = new AbortController();
    const time = { now: 0 };
    const check = new ReadinessCheck({
      probe,
      timeoutMs: 60_000,
      validMs: 1000,
      stopping: stopping.signal,
      now: () => time.now,
    });
    return { stopping, time, check };
  }

  test("is asked for once by many, and again when the answer is old", async () => {
    let probes = 0;
    const { check, time } = setUp(async () => probes++);
    await Promise.all([check.check(), check.check(), check.check()]);
    time.now = 1000;
    expect(await check.check()).toEqual({ ready: true });
    expect(probes).toBe(1);
    time.now = 1001;
    expect(await check.check()).toEqual({ ready: true });
    expect(probes).toBe(2);
  });

  test("is denied once the server stops, even to those who are waiting for an answer", async () => {
    const probe = Promise.withResolvers<void>();
    const { check, stopping } = setUp(() => probe.promise);
    const waiting = check.check();
    stopping.abort();
    probe.resolve();
    const answer = { ready: false, reason: "The server is shutting down." };
    expect(await waiting).toEqual(answer);
    expect(await check.check()).toEqual(answer);
  });

  test("is waited for until the time is up, the waiter leaves, or the server stops", async () => {
    const { check, stopping } = setUp(async () => {});
    await check.pause(1, new AbortController().signal);
    await check.pause(60_000, AbortSignal.abort());
    const leaving = new AbortController();
    const left = check.pause(60_000, leaving.signal);
    leaving.abort();
    await left;
    const stopped = check.pause(60_000, new AbortController().signal);
    stopping.abort();
    await stopped;
    await check.pause(60_000, new AbortController().signal);
  });
});
