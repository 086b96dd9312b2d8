import { expect, test } from "vitest";
import { backoffMs, sleep } from "./backoff.ts";

test("waits longer after every failure, with jitter, up to a bound", () => {
  const waits = [1, 2, 3, 20, 2_000].map((failures) => backoffMs({}, failures, 0));
  expect(waits).toEqual([50, 100, 200, 15_000, 15_000]);
  expect(backoffMs({ delayMs: 8, delayMsMax: 10 }, 1, 0.5)).toBe(6);
  expect(backoffMs({ delayMs: 8, delayMsMax: 10 }, 2, 0.5)).toBe(7.5);
});

test("a sleep ends by itself, or with the signal's reason", async () => {
  const controller = new AbortController();
  await sleep(1, controller.signal);
  const asleep = sleep(60_000, controller.signal);
  controller.abort("enough");
  await expect(asleep).rejects.toBe("enough");
  await expect(sleep(60_000, controller.signal)).rejects.toBe("enough");
});
