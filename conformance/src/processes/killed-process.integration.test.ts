import type { EventStore } from "@leftfold/core";
import { readModels, repository } from "@leftfold/event-sourcing";
import { SeededRandom } from "@leftfold/testing";
import { expect, test } from "vitest";
import { KilledRunners } from "../projections/killed-runners.ts";
import { onSchema, openSchema } from "../projections/world.ts";
import { Transfer, transfers } from "./transfer.ts";

const timeoutMs = 60_000;

test("has its effect once when it is killed between its commands and its checkpoint", async () => {
  await using schema = await openSchema();
  await using world = await onSchema(schema);
  const at = [schema.url, schema.schema];
  await using deadly = new KilledRunners(["process", ...at, "dies-at-checkpoint"], new SeededRandom());
  await deadly.start();
  await repository(world.store, Transfer).at("t1").request({ from: "ann", to: "bob", amount: 10 });
  await expect.poll(() => effects(world.store), { timeout: timeoutMs }).toEqual(once(["t1"]));
  await deadly.ended();
  const view = readModels(world.readModels).of(transfers);
  expect(await view.count()).toBe(0);

  await using healthy = new KilledRunners(["process", ...at], new SeededRandom());
  await healthy.start();
  await view.waitFor(await world.store.head(), { timeoutMs });
  expect(await effects(world.store)).toEqual(once(["t1"]));
  expect(healthy.errors).toEqual([]);
});

test.each([
  { name: "two runners", runners: 2, how: "alone" },
  { name: "four runners that share its partitions", runners: 4, how: "partitioned" },
])(
  "has each effect once with $name, killed at random",
  async ({ runners, how }) => {
    const random = new SeededRandom();
    process.stderr.write(`killed process, seed ${random.seed}\n`);
    await using schema = await openSchema();
    await using world = await onSchema(schema);
    await using pool = new KilledRunners(["process", schema.url, schema.schema, how], random.fork());
    await Promise.all(Array.from({ length: runners }, () => pool.start()));
    const ids = Array.from({ length: 120 }, (_, i) => `t${i}`);
    for (const [i, id] of ids.entries()) {
      const data = { from: `account-${random.below(5)}`, to: `account-${random.below(5)}`, amount: 1 };
      await repository(world.store, Transfer).at(id).request(data);
      if (i % 30 !== 20) continue;
      await pool.killOne();
      void pool.start();
    }
    await expect.poll(() => completed(world.store), { timeout: timeoutMs, interval: 50 }).toBe(ids.length);
    await readModels(world.readModels)
      .of(transfers)
      .waitFor(await world.store.head(), { timeoutMs });
    expect(await effects(world.store)).toEqual(once(ids));
    expect(pool.errors).toEqual([]);
    expect(pool.kills).toBe(4);
  },
  120_000,
);

/** How often each command took effect, by what caused it. */
async function effects(store: EventStore): Promise<Record<string, number>> {
  const requests = new Map<string, string>();
  const found: Record<string, number> = {};
  for await (const { eventId, eventType, aggregateId, causationId } of store.readAll()) {
    if (eventType === "TransferRequested") requests.set(eventId, aggregateId);
    const request = requests.get(causationId ?? "");
    if (request === undefined) continue;
    const effect = `${eventType} for ${request}`;
    found[effect] = (found[effect] ?? 0) + 1;
  }
  return found;
}

function once(ids: readonly string[]): Record<string, number> {
  const kinds = ["MoneyWithdrawn", "MoneyDeposited", "TransferCompleted"];
  return Object.fromEntries(ids.flatMap((id) => kinds.map((kind) => [`${kind} for ${id}`, 1])));
}

async function completed(store: EventStore): Promise<number> {
  let count = 0;
  const query = { anyOf: [{ eventTypes: ["TransferCompleted"] }] };
  for await (const _ of store.readAll({ query })) count++;
  return count;
}
