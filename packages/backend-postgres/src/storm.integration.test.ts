import { freshSeed, storm } from "@leftfold/testing";
import { expect, it } from "vitest";
import { Workbench } from "./testing/workbench.ts";

it("keeps one dense log for 64 writers, three subscribers and a pager on two backends", async () => {
  await using workbench = new Workbench();
  const backends = [await workbench.backend(), await workbench.backend()];
  const seed = Number(process.env["STORM_SEED"] ?? freshSeed());
  // The test's name is fixed; a violation tells its seed by itself, and this tells it in any case.
  process.stderr.write(`storm with seed ${seed}\n`);
  const report = await storm({ backends, seed, writers: 64, events: 20_000, aggregates: 500 });
  expect(report.events).toBeGreaterThanOrEqual(20_000);
  expect(report.retries).toBe(0);
});
