import { explore, findViolation } from "@leftfold/testing/simulation";
import { describe, expect, it } from "vitest";
import { simulatedSequencers } from "./testing/simulated-sequencers.ts";
import {
  answersBeforeTheCommit,
  forgetsKeys,
  keepsSilentWhenFenced,
  looksBeforeItHasTheLock,
  skipsTheFence,
} from "./testing/storage-bugs.ts";

describe("simulated sequencers on one log", () => {
  it("keep their word under every schedule", async ({ annotate, signal }) => {
    const { schedules, schedulesPerSecond } = await explore(simulatedSequencers(), {
      schedules: 3_000,
      signal,
    });
    await annotate(`${schedules} schedules, ${schedulesPerSecond} a second`);
  });

  it.for([
    { bug: answersBeforeTheCommit, broken: /is in the log with 0 events/, kind: "broken" },
    { bug: skipsTheFence, broken: /./, kind: "broken" },
    { bug: looksBeforeItHasTheLock, broken: /internal|moved under its lock/, kind: "broken" },
    { bug: forgetsKeys, broken: /is in the log with \d events|from \d/, kind: "broken" },
    { bug: keepsSilentWhenFenced, broken: /waits for something/, kind: "stuck" },
  ] as const)("show it when storage $bug.name", async ({ bug, broken, kind }, { annotate }) => {
    const violation = await findViolation(simulatedSequencers(bug), { schedules: 1_000 });
    expect(violation?.message).toMatch(broken);
    expect(violation?.kind).toBe(kind);
    const { schedules, deviations, steps } = violation!;
    await annotate(`schedule ${schedules}, shrunken to ${deviations} choices in ${steps.length} steps`);
    expect(deviations).toBeLessThan(10);
  });
});
