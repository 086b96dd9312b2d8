import { readModels, repository } from "@leftfold/event-sourcing";
import { freshSeed, SeededRandom } from "@leftfold/testing";
import { expect, test } from "vitest";
import { KilledRunners } from "../projections/killed-runners.ts";
import { onSchema, openSchema } from "../projections/world.ts";
import { effects, killedProcessesRun } from "./killed-processes-run.ts";
import { Transfer, transfers } from "./transfer.ts";

const timeoutMs = 60_000;

test("has its effect once when it is killed between its commands and its checkpoint", async () => {
  await using schema = await openSchema();
  await using world = await onSchema(schema);
  const at = [schema.url, schema.schema];
  const once = { "MoneyWithdrawn for t1": 1, "MoneyDeposited for t1": 1, "TransferCompleted for t1": 1 };
  await using deadly = new KilledRunners(["process", ...at, "dies-at-checkpoint"], new SeededRandom());
  await deadly.start();
  await repository(world.store, Transfer).at("t1").request({ from: "ann", to: "bob", amount: 10 });
  await expect.poll(() => effects(world.store), { timeout: timeoutMs }).toEqual(once);
  await deadly.ended();
  const view = readModels(world.readModels).of(transfers);
  expect(await view.count()).toBe(0);

  await using healthy = new KilledRunners(["process", ...at], new SeededRandom());
  await healthy.start();
  await view.waitFor(await world.store.head(), { timeoutMs });
  expect(await effects(world.store)).toEqual(once);
  expect(healthy.errors).toEqual([]);
});

test.each([
  { name: "two runners", runners: 2, how: "alone" as const },
  { name: "four runners that share its partitions", runners: 4, how: "partitioned" as const },
])(
  "has each effect once with $name, killed at random",
  async ({ runners, how }) => {
    const seed = freshSeed();
    process.stderr.write(`killed process, seed ${seed}\n`);
    const report = await killedProcessesRun({ seed, runners, how, transfers: 120, kills: 4, timeoutMs });
    expect(report).toEqual({ findings: [], kills: 4 });
  },
  150_000,
);
