import { expect, test } from "vitest";
import { closedLoop } from "./closed-loop.ts";
import { ManualClock } from "./manual-clock.ts";

test("counts what ends in the window, and neither the warm-up nor what comes after", async () => {
  const clock = new ManualClock();
  let started = 0;
  const measured = await clock.run(
    closedLoop(
      {
        writers: 1,
        warmUpMs: 95,
        measureMs: 100,
        operation: async () => {
          started++;
          await clock.take(10);
          return 1;
        },
      },
      clock,
    ),
  );
  // From 95 to 195 ms the operations end at 100, 110, …, 190; one more is on its way when the window closes.
  expect(measured.units).toBe(10);
  expect(measured.seconds).toBeCloseTo(0.1);
  expect(measured.unitsPerSecond).toBeCloseTo(100);
  expect(measured.latency).toMatchObject({ count: 10, p50Ms: expect.closeTo(10, 1) });
  expect(started).toBe(20);
});

test("lets every writer await its last operation before its next", async () => {
  const clock = new ManualClock();
  const inFlight = new Map<number, number>();
  const seen = new Set<number>();
  const measured = await clock.run(
    closedLoop(
      {
        writers: 4,
        warmUpMs: 0,
        measureMs: 1000,
        operation: async (writer) => {
          const now = (inFlight.get(writer) ?? 0) + 1;
          inFlight.set(writer, now);
          expect(now).toBe(1);
          seen.add(writer);
          await clock.take(50);
          inFlight.set(writer, 0);
          return 3;
        },
      },
      clock,
    ),
  );
  expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  // 80 a second and writer at most, of three units each; the edges may cost a round.
  expect(measured.unitsPerSecond).toBeGreaterThan(200);
  expect(measured.unitsPerSecond).toBeLessThanOrEqual(240);
});

test("opens and closes its window even when operations never let a timer fire", async () => {
  const clock = new ManualClock();
  const measured = await closedLoop(
    {
      writers: 1,
      warmUpMs: 10,
      measureMs: 20,
      operation: async () => {
        clock.pass(1);
        return 1;
      },
    },
    clock,
  );
  expect(measured.units).toBe(20);
  expect(measured.unitsPerSecond).toBeCloseTo(1000);
});

test("keeps its window open until something is done, so that a slow store has a rate too", async () => {
  const clock = new ManualClock();
  const operation = async (): Promise<number> => {
    await clock.take(700);
    return 1;
  };
  const measured = await clock.run(
    closedLoop({ writers: 1, warmUpMs: 100, measureMs: 200, operation }, clock),
  );
  expect(measured).toMatchObject({ units: 1, seconds: 0.6 });
});

test("reports the CPU time between the window's edges by who spent it", async () => {
  const clock = new ManualClock();
  const measured = await clock.run(
    closedLoop(
      {
        writers: 1,
        warmUpMs: 5,
        measureMs: 100,
        cpu: () => ({ client: clock.nowMs() * 500, postgres: clock.nowMs() * 100 }),
        operation: async () => {
          await clock.take(10);
          return 1;
        },
      },
      clock,
    ),
  );
  expect(measured.cpuMicrosPerUnit["client"]).toBeCloseTo(5000);
  expect(measured.cpuMicrosPerUnit["postgres"]).toBeCloseTo(1000);
});

test("rejects with what an operation rejects with, after every other writer has ended", async () => {
  const clock = new ManualClock();
  let inFlight = 0;
  const loop = closedLoop(
    {
      writers: 3,
      warmUpMs: 0,
      measureMs: 1_000_000,
      operation: async (writer) => {
        inFlight++;
        await clock.take(10 + writer);
        inFlight--;
        if (writer === 1) throw new Error("the disk is full");
        return 1;
      },
    },
    clock,
  );
  await expect(clock.run(loop)).rejects.toThrow("the disk is full");
  expect(inFlight).toBe(0);
});
