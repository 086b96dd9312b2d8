import { setImmediate as immediately, setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { choicesFrom, choicesText, GivenChoices, RandomChoices } from "./choices.ts";
import { explore, findViolation, replay } from "./explore.ts";
import { runSchedule, type Scenario } from "./run-schedule.ts";
import type { ScheduleViolation } from "./schedule-violation.ts";
import { takeOverTime } from "./take-over-time.ts";

/** Two writers that read a number, and write one more: the oldest race of all. */
const lostUpdate: Scenario = async (simulation) => {
  let stored = 0;
  const increment = async (who: string): Promise<void> => {
    await simulation.turn(who, "reads");
    const read = stored;
    await sleep(simulation.pick([10, 20]));
    await simulation.turn(who, "writes");
    stored = read + 1;
  };
  await Promise.all(["A", "B", "C"].map(increment));
  if (stored !== 3) throw new Error(`3 increments came to ${stored}.`);
};

/** The same, one at a time. */
const inTurn: Scenario = async (simulation) => {
  let stored = 0;
  for (const who of ["A", "B", "C"]) {
    await simulation.turn(who, "reads");
    const read = stored;
    await simulation.turn(who, "writes");
    stored = read + 1;
  }
  if (stored !== 3) throw new Error(`3 increments came to ${stored}.`);
};

it("finds a race, and tells the plainest schedule that shows it", async () => {
  const violation = await findViolation(lostUpdate, { schedules: 100 });
  expect(violation?.message).toContain("3 increments came to 1.");
  expect(violation?.message).toContain("A: reads\n");
  expect(violation?.message).toContain("LEFTFOLD_SCHEDULE=0 ");
  expect(violation?.deviations).toBe(0);
  await expect(replay(lostUpdate, violation!.schedule)).rejects.toThrow("3 increments came to 1.");
});

it("finds nothing where there is nothing to find", async () => {
  // What a run of more schedules asks for, and what would be counted then.
  for (const asked of ["LEFTFOLD_SCHEDULES", "LEFTFOLD_SCHEDULE", "LEFTFOLD_SEED"])
    vi.stubEnv(asked, undefined);
  expect(await explore(inTurn, { schedules: 100 })).toMatchObject({ schedules: 100, steps: 600 });
});

it("does the same for the same choices", async () => {
  using taken = takeOverTime();
  const bounds = { stepsMax: 100, faultsMax: 1 };
  for (let seed = 0; seed < 50; seed++) {
    const one = await runSchedule(lostUpdate, new RandomChoices(seed), taken, bounds);
    const other = await runSchedule(lostUpdate, new RandomChoices(seed), taken, bounds);
    const given = await runSchedule(lostUpdate, new GivenChoices(one.choices), taken, bounds);
    expect(other.steps).toEqual(one.steps);
    expect(given.steps).toEqual(one.steps);
  }
});

it("reads the schedules that it writes", () => {
  for (const choices of [[0], [1, 0, 0, 0, 2], [3, 3, 3, 0, 1]])
    expect(choicesFrom(choicesText(choices))).toEqual(choices);
  expect(choicesText([1, 0, 0, 2, 0, 0])).toBe("1.0x2.2");
  expect(() => choicesFrom("1.b")).toThrow("is no schedule");
});

it("tells a wait for what will not happen from one that goes on for ever", async () => {
  const stuck = await findViolation(
    async (simulation) => {
      await simulation.turn("A", "waits for B");
      await new Promise(() => undefined);
    },
    { schedules: 1 },
  );
  expect(stuck).toMatchObject({ kind: "stuck", schedule: "0", schedules: 1, seed: 1 });
  const endless = await findViolation(
    async () => {
      for (;;) await sleep(10);
    },
    { schedules: 1, stepsMax: 50 },
  );
  expect(endless?.kind).toBe("endless");
  expect(endless?.steps.at(-1)).toMatchObject({ who: "time", atMs: 500, isDeviation: false });
});

it("lets so much go wrong and no more, and tells what did", async () => {
  const violation = await findViolation(
    async (simulation) => {
      let failures = 0;
      for (let i = 0; i < 20; i++) if (simulation.strikes("line", "breaks")) failures++;
      const weather = simulation.oneOf("sky", [undefined, "rain", "snow"]);
      if (failures + (weather === undefined ? 0 : 1) > 3) throw new Error("More than three failures.");
      if (failures === 3) simulation.fail(new Error("Three failures."));
    },
    { schedules: 200, faultsMax: 3 },
  );
  expect(violation?.message).toContain("Three failures.");
  expect(violation).toMatchObject({ deviations: 3, schedule: "1x3" });
  expect(violation?.steps.map(({ what }) => what)).toEqual(["breaks", "breaks", "breaks"]);
});

it("runs what is to run immediately before anybody's next turn", async () => {
  const ran: string[] = [];
  await replay(async (simulation) => {
    const later = immediately().then(() => ran.push("immediately"));
    await simulation.turn("A", "goes");
    ran.push("turn");
    await later;
  }, "0");
  expect(ran).toEqual(["immediately", "turn"]);
});

describe("what the environment asks for", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("is one schedule, so many of them, or other seeds", async () => {
    vi.stubEnv("LEFTFOLD_SCHEDULES", "7");
    expect(await explore(inTurn, { schedules: 1 })).toMatchObject({ schedules: 7 });
    vi.stubEnv("LEFTFOLD_SEED", "100");
    const violation = await explore(lostUpdate, { schedules: 1 }).catch((error: unknown) => error);
    expect((violation as ScheduleViolation).seed).toBeGreaterThanOrEqual(100);
    vi.stubEnv("LEFTFOLD_SCHEDULE", "0");
    await expect(explore(lostUpdate, { schedules: 1 })).rejects.toMatchObject({
      seed: undefined,
      schedule: "0",
    });
    expect(await explore(inTurn, { schedules: 5 })).toMatchObject({ schedules: 1 });
  });
});

it("ends when its signal is aborted", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(explore(inTurn, { schedules: 5, signal })).rejects.toThrow("enough");
  await expect(findViolation(inTurn, { schedules: 5, signal })).rejects.toThrow("enough");
});
