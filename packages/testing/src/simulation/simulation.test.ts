import { setImmediate as immediately, setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { choicesFrom, choicesText, GivenChoices, RandomChoices } from "./choices.ts";
import { explore, findViolation, replay } from "./explore.ts";
import { runSchedule, type Scenario } from "./run-schedule.ts";
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
void immediately;
