import { expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { repeat } from "./repeat.ts";

test("measures whole operations only, from the start of the first to the end of the last", async () => {
  const clock = new ManualClock();
  let count = 0;
  const measured = await clock.run(
    repeat(
      {
        warmUpMs: 1,
        measureMs: 1000,
        cpu: () => ({ client: clock.nowMs() }),
        operation: async () => {
          count++;
          await clock.take(400);
          return 100;
        },
      },
      clock,
    ),
  );
  // One to warm up; of the measured ones the third is still on its way after 1,000 ms, and is waited for.
  expect(count).toBe(4);
  expect(measured.units).toBe(300);
  expect(measured.seconds).toBeCloseTo(1.2);
  expect(measured.unitsPerSecond).toBeCloseTo(250);
  expect(measured.latency.count).toBe(3);
  expect(measured.cpuMicrosPerUnit["client"]).toBeCloseTo(4);
});

test("measures once however long it takes", async () => {
  const clock = new ManualClock();
  const operation = async (): Promise<number> => {
    await clock.take(5000);
    return 1;
  };
  const measured = await clock.run(repeat({ warmUpMs: 0, measureMs: 10, operation }, clock));
  expect(measured.units).toBe(1);
  expect(measured.unitsPerSecond).toBeCloseTo(0.2);
});
