import { explore, findViolation } from "@leftfold/testing/simulation";
import { describe, expect, it } from "vitest";
import {
  doesNotHearOfOthers,
  handsOverBeforeTheCommit,
  losesEventsAtTheHandover,
} from "./testing/hub-bugs.ts";
import { joiningAtTheHead, simulatedHubs, strangersWord } from "./testing/simulated-hubs.ts";

describe("simulated hubs on one log", () => {
  it("give every follower all of it in order, under every schedule", async ({ annotate, signal }) => {
    const { schedules, schedulesPerSecond } = await explore(simulatedHubs(), { schedules: 1_000, signal });
    await annotate(`${schedules} schedules, ${schedulesPerSecond} a second`);
  });

  it.for([
    { name: "events are handed over before the commit", bug: handsOverBeforeTheCommit, kind: "broken" },
    { name: "events are lost at the handover", bug: losesEventsAtTheHandover, kind: "broken" },
    { name: "nothing is heard of other servers", bug: doesNotHearOfOthers, kind: "endless" },
  ] as const)("show it when $name", async ({ bug, kind }, { annotate }) => {
    const bounds = { schedules: 1_000, stepsMax: 600 };
    const violation = await findViolation(simulatedHubs(bug), bounds);
    expect(violation?.kind).toBe(kind);
    const { schedules, deviations, steps } = violation!;
    await annotate(`schedule ${schedules}, shrunken to ${deviations} choices in ${steps.length} steps`);
  });

  it("let nobody who joins at the head get what another server had acknowledged before", async () => {
    await explore(joiningAtTheHead, { schedules: 1_000, faultsMax: 0 });
  });

  it("go on when something is committed while a head is doubted that does not exist", async () => {
    await explore(strangersWord, { schedules: 500, faultsMax: 0 });
  });
});
