import { explore, findViolation } from "@leftfold/testing/simulation";
import { describe, expect, it } from "vitest";
import {
  repeatsAnEventOnResuming,
  sendsNoKeys,
  skipsAnEventOnResuming,
  takesFailureForSuccess,
} from "./test-kit/calls-bugs.ts";
import { simulatedClient } from "./test-kit/simulated-client.ts";

describe("a simulated client", () => {
  it("keeps its word under every schedule", async ({ annotate, signal }) => {
    const { schedules, schedulesPerSecond } = await explore(simulatedClient(), { schedules: 1_500, signal });
    await annotate(`${schedules} schedules, ${schedulesPerSecond} a second`);
  });

  it.for([
    { name: "sends no idempotency keys", bug: sendsNoKeys },
    { name: "takes a failure for a success", bug: takesFailureForSuccess },
    { name: "skips an event when it resumes", bug: skipsAnEventOnResuming },
    { name: "repeats an event when it resumes", bug: repeatsAnEventOnResuming },
  ])("shows it when it $name", async ({ bug }, { annotate, signal }) => {
    const violation = await findViolation(simulatedClient(bug), { schedules: 1_000, signal });
    expect(violation?.kind).toBe("broken");
    const { schedules, deviations, steps } = violation!;
    await annotate(`schedule ${schedules}, shrunken to ${deviations} choices in ${steps.length} steps`);
    expect(deviations).toBeLessThan(8);
  });
});
