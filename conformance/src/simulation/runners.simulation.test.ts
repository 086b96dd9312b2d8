import { explore, findViolation } from "@leftfold/testing/simulation";
import { describe, expect, it } from "vitest";
import { movesTheCheckpointFirst, skipsTheFence, writesDocumentsFirst } from "./read-models-bugs.ts";
import { simulatedRunners } from "./simulated-runners.ts";

describe("simulated runners of one projection", () => {
  it.for([
    { name: "each event once, and in order", parks: false },
    { name: "each event once, and in order, those that were put aside too", parks: true },
  ])("let $name, take effect under every schedule", async ({ parks }, { annotate, signal }) => {
    const scenario = simulatedRunners({ parks });
    const { schedules, schedulesPerSecond } = await explore(scenario, { schedules: 1_000, signal });
    await annotate(`${schedules} schedules, ${schedulesPerSecond} a second`);
  });

  it.for([
    { name: "the checkpoint moves before the documents are written", bug: movesTheCheckpointFirst },
    { name: "the documents are written before the checkpoint moves", bug: writesDocumentsFirst },
    { name: "the fence is skipped", bug: skipsTheFence },
  ])("show it when $name", async ({ bug }, { annotate, signal }) => {
    const violation = await findViolation(simulatedRunners({ bug }), { schedules: 1_000, signal });
    expect(violation?.message).toMatch(/was to be/);
    const { schedules, deviations, steps } = violation!;
    await annotate(`schedule ${schedules}, shrunken to ${deviations} choices in ${steps.length} steps`);
  });
});
