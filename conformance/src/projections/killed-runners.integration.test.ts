import { any, type EventStore, type RecordedEvent } from "@leftfold/core";
import { foldProjection, readModels } from "@leftfold/event-sourcing";
import { SeededRandom } from "@leftfold/testing";
import { expect, test } from "vitest";
import { Account, balances } from "./account.ts";
import { KilledRunners } from "./killed-runners.ts";
import { onSchema, openSchema } from "./world.ts";

/** 50,000 for the long run. */
const eventCount = Number(process.env["LEFTFOLD_KILLED_RUNNER_EVENTS"] ?? 3_000);
const killCount = Math.max(4, eventCount / 1_000);
const timeoutMs = 60_000 + eventCount * 20;

test.each([
  { name: "two runners of one projection", runners: 2, how: "alone" },
  { name: "four partitioned runners, joining and leaving", runners: 4, how: "partitioned" },
])(
  "leaves the read model equal to the fold of the log, with $name killed at random",
  async ({ runners, how }) => {
    const random = new SeededRandom();
    process.stderr.write(`killed runners, seed ${random.seed}\n`);
    await using schema = await openSchema();
    await using world = await onSchema(schema);
    await using pool = new KilledRunners(["projection", schema.url, schema.schema, how], random.fork());
    await Promise.all(Array.from({ length: runners }, () => pool.start()));
    const written = { count: 0 };
    const writers = Array.from({ length: 8 }, () => write(world.store, random.fork(), written));
    const killing = kill(pool, random.fork(), written);
    await Promise.all([...writers, killing]);
    await pool.start();
    const view = readModels(world.readModels).of(balances);
    await view.waitFor(await world.store.head(), { timeoutMs });

    expect(pool.errors).toEqual([]);
    expect(pool.kills).toBeGreaterThanOrEqual(killCount);
    const expected = foldProjection(balances, await log(world.store));
    expect(expected.size).toBeGreaterThan(10);
    expect(await view.getMany([...expected.keys()])).toEqual(expected);
    expect(await view.count()).toBe(expected.size);
  },
  timeoutMs * 2,
);

async function write(store: EventStore, random: SeededRandom, written: { count: number }): Promise<void> {
  while (written.count < eventCount) {
    const aggregateId = `account-${random.below(40)}`;
    const count = 1 + random.below(8);
    written.count += count;
    const events = Array.from({ length: count }, () => {
      const data = { amount: random.below(100) };
      const type = random.chance(0.5) ? ("MoneyDeposited" as const) : ("MoneyWithdrawn" as const);
      if (random.chance(0.02)) return Account.encode({ type: "AccountClosed", data: {} }, aggregateId);
      return Account.encode({ type, data }, aggregateId);
    });
    await store.append({ appends: [{ aggregateType: "Account", aggregateId, expected: any, events }] });
  }
}

/** Kills when so many events are written, so that all of it happens while writers write. */
async function kill(pool: KilledRunners, random: SeededRandom, written: { count: number }): Promise<void> {
  for (let done = 0; done < killCount; done++) {
    const next = (eventCount * (done + random.below(100) / 100)) / killCount;
    await expect.poll(() => written.count, { timeout: timeoutMs, interval: 1 }).toBeGreaterThanOrEqual(next);
    await pool.killOne();
    void pool.start();
  }
}

async function log(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}
