import { anAppend } from "@leftfold/testing";
import { describe, expect, test } from "vitest";
import { campaign } from "./campaign.ts";
import type { Fault } from "./fault.ts";
import { allFaults } from "./faults/all.ts";
import { type PlannedStrike, planRun, type RunPlan } from "./plan-run.ts";
import { failureText, tableOf } from "./report-text.ts";
import { campaignResult } from "./result-file.ts";
import type { RunResult } from "./run-once.ts";

const timeout = 300_000;

async function run(...plans: readonly RunPlan[]): Promise<RunResult[]> {
  const results: RunResult[] = [];
  const { signal } = new AbortController();
  await campaign({ plans, parallel: 2, onResult: (result) => results.push(result), signal });
  return results;
}

const inventor: Fault = {
  name: "inventor",
  summary: "somebody else appends",
  applies: () => true,
  async inject({ clients, tenantIds }) {
    await clients[0]!.tenant(tenantIds[0]!).append(anAppend());
    return { note: "one event invented", heal: async () => {} };
  },
};
const brokenFault: Fault = {
  ...inventor,
  name: "broken",
  inject: () => Promise.reject(new Error("It cannot be injected.")),
};

describe("real servers on a real PostgreSQL", () => {
  test("keep the contract through each kind of fault", { timeout }, async () => {
    const plans = allFaults.map((fault, i) => planRun(9_000 + i, [fault]));
    const results = await run(...plans);
    expect(results.filter(({ findings }) => findings.length > 0).map(failureText)).toEqual([]);
    expect(results).toHaveLength(allFaults.length);
    for (const { plan, struck, storms } of results) {
      expect(struck.map(({ fault }) => fault)).toEqual(plan.strikes.map(({ fault }) => fault.name));
      for (const { events } of storms) expect(events).toBeGreaterThanOrEqual(100);
    }
    const { total, violations } = campaignResult(results, { startedAt: new Date(), seed: 9_000 });
    expect(violations).toEqual([]);
    expect(total).toMatchObject({ runs: allFaults.length, violations: 0 });
    for (const count of [total.retried, total.handovers, total.vanished, total.glimpses]) {
      expect(count).toBeGreaterThan(0);
    }
    for (const { name } of allFaults) expect(tableOf(results)).toContain(name);
  });
});

describe("a run in which something is broken", () => {
  test("tells what, in which shape, by which faults, and how to have it again", { timeout }, async () => {
    const plan = planRun(5, [inventor]);
    const [result] = await run({ ...plan, shape: { ...plan.shape, servers: 1, tenants: 1 } });
    expect(result?.findings.join()).toMatch(/1 events are recorded that nobody proposed/);
    const text = failureText(result!);
    expect(text).toContain("VIOLATION with seed 5");
    expect(text).toContain("one event invented: from");
    expect(text).toContain("pnpm prove --seed 5 --faults inventor");
    const { violations } = campaignResult([result!], { startedAt: new Date(), seed: 5 });
    expect(violations).toMatchObject([{ seed: 5, faults: ["inventor"] }]);
  });

  test("goes on to the end when a fault cannot be injected", { timeout }, async () => {
    const strike: PlannedStrike = { fault: brokenFault, atMs: 0, heldMs: 0, seed: 1 };
    const [result] = await run({ ...planRun(6, [inventor]), strikes: [strike] });
    expect(result?.findings).toEqual(["The run failed: It cannot be injected."]);
    expect(failureText(result!)).toContain("not seen through");
  });
});
