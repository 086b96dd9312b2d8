import { expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { openLoop } from "./open-loop.ts";

test("starts operations at a constant rate, however long they take", async () => {
  const clock = new ManualClock();
  const startsMs: number[] = [];
  const measured = await clock.run(
    openLoop(
      {
        ratePerSecond: 100,
        warmUpMs: 50,
        measureMs: 100,
        inFlightMax: 1000,
        operation: async () => {
          startsMs.push(clock.nowMs());
          await clock.take(500);
          return 1;
        },
      },
      clock,
    ),
  );
  expect(startsMs).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140]);
  expect(measured.units).toBe(10);
  expect(measured.latency.p50Ms).toBeCloseTo(500, -1);
  expect(measured.extras["offered/s"]).toBe(100);
});

test("measures from the intended start: a stall shows in all that should have started in it", async () => {
  const clock = new ManualClock();
  const measured = await clock.run(
    openLoop(
      {
        ratePerSecond: 1000,
        warmUpMs: 0,
        measureMs: 100,
        inFlightMax: 1,
        operation: async (arrival) => {
          await clock.take(arrival === 0 ? 90 : 0.1);
          return 1;
        },
      },
      clock,
    ),
  );
  // A loop that waits would have seen one slow operation in a hundred; here, most were late.
  expect(measured.latency.count).toBe(100);
  expect(measured.latency.maxMs).toBeGreaterThanOrEqual(89);
  expect(measured.latency.p50Ms).toBeGreaterThan(30);
  expect(measured.extras["p99 start delay ms"]).toBeGreaterThan(80);
});

test("keeps its bound on what is in flight", async () => {
  const clock = new ManualClock();
  let inFlight = 0;
  let most = 0;
  await clock.run(
    openLoop(
      {
        ratePerSecond: 1000,
        warmUpMs: 0,
        measureMs: 50,
        inFlightMax: 4,
        operation: async () => {
          most = Math.max(most, ++inFlight);
          await clock.take(20);
          inFlight--;
          return 1;
        },
      },
      clock,
    ),
  );
  expect(most).toBe(4);
});

test("rejects with what an operation rejects with, and starts no more", async () => {
  const clock = new ManualClock();
  let started = 0;
  const loop = openLoop(
    {
      ratePerSecond: 1000,
      warmUpMs: 0,
      measureMs: 1000,
      inFlightMax: 10,
      operation: async (arrival) => {
        started++;
        await clock.take(1);
        if (arrival === 5) throw new Error("the store is gone");
        return 1;
      },
    },
    clock,
  );
  await expect(clock.run(loop)).rejects.toThrow("the store is gone");
  expect(started).toBeLessThan(20);
});
