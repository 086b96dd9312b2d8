import { memoryLeases } from "@leftfold/backend-memory";
import { type Lease, UnavailableError } from "@leftfold/core";
import {
  type BatchDocuments,
  defineBatchProjection,
  defineProjection,
  readModels,
  repository,
  runProjection,
} from "@leftfold/event-sourcing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { before } from "../processes/watched.ts";
import { Account, appendDeposits, balances } from "./account.ts";
import { type World, worlds } from "./world.ts";

const timeoutMs = 30_000;
const once = { attemptsMax: 1 };

let world: World;
beforeEach(async () => {
  world = await worlds[0]!.open();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const deposit = (id: string, ...amounts: readonly number[]) => appendDeposits(world.store, id, ...amounts);

/** Counts each account's deposits; batches are shared by the account. */
const counted = defineBatchProjection({
  name: "counted",
  version: 1,
  of: [Account],
  events: ["MoneyDeposited"],
  handle: async (events, documents: BatchDocuments<{ n: number }>) => {
    for (const { aggregateId } of events) {
      const found = await documents.getMany([aggregateId, aggregateId]);
      documents.put(aggregateId, { n: (found.get(aggregateId)?.n ?? 0) + 1 });
      // Written, and asked for again without a request.
      expect((await documents.getMany([aggregateId])).size).toBe(1);
    }
  },
});

test("shares a projection of batches by the aggregate, when it does not say by what", async () => {
  const share = () =>
    runProjection(world.store, world.readModels, counted, {
      partitions: { count: 3, leases: world.leases, durationMs: 100 },
    });
  await using one = share();
  await using two = share();
  await using three = share();
  const ids = Array.from({ length: 20 }, (_, i) => `a${i}`);
  await Promise.all(ids.map((id) => deposit(id, 1, 2)));
  for (const runner of [one, two, three]) await runner.caughtUp({ timeoutMs });
  await deposit("a1", 3);
  await one.caughtUp({ timeoutMs });
  const found = await readModels(world.readModels).of(counted).getMany(ids);
  expect(found).toEqual(new Map(ids.map((id) => [id, { n: id === "a1" ? 3 : 2 }])));
});

test("a runner takes no part while there are as many others as there are partitions", async () => {
  const share = (owner: string) =>
    runProjection(world.store, world.readModels, balances, {
      partitions: { count: 1, leases: world.leases, owner, durationMs: 1_000 },
    });
  const one = share("one");
  await expect.poll(() => one.status().partitions, { timeout: timeoutMs }).toEqual([0]);
  await using two = share("two");
  await deposit("ann", 1);
  await two.caughtUp({ timeoutMs });
  expect(two.status().partitions).toEqual([]);
  await one.stop();
  await expect.poll(() => two.status().partitions, { timeout: timeoutMs }).toEqual([0]);
});

test("ends as a whole when one of its partitions fails, and gives the others back", async () => {
  const failing = defineProjection({
    name: "failing",
    version: 1,
    of: [Account],
    initial: { n: 0 },
    key: ({ aggregateId }) => aggregateId,
    on: {
      MoneyDeposited: () => {
        throw new Error("broken");
      },
    },
  });
  // Without an end: what fails wakes the runner, not the passing of time.
  const partitions = { count: 4, leases: world.leases, durationMs: 86_400_000 };
  await using runner = runProjection(world.store, world.readModels, failing, {
    partitions,
    onError: { retry: once },
  });
  await expect.poll(() => runner.status().partitions, { timeout: timeoutMs }).toHaveLength(4);
  await deposit("ann", 1);
  await expect(runner.ended()).rejects.toThrow("broken");
  expect(await world.leases.list("leftfold/failing@1/")).toEqual([]);
});

test("lets go of its partitions when their leases cannot be renewed, and takes them again", async () => {
  let isAway = false;
  const flaky = before(world.leases, "list", () => {
    if (isAway) throw new UnavailableError("away");
  });
  await using runner = runProjection(world.store, world.readModels, balances, {
    partitions: { count: 2, leases: flaky, durationMs: 60 },
  });
  const owned = () => runner.status().partitions;
  await expect.poll(owned, { timeout: timeoutMs }).toEqual([0, 1]);
  isAway = true;
  await expect.poll(owned, { timeout: timeoutMs }).toEqual([]);
  expect(runner.status().error).toBeInstanceOf(UnavailableError);
  isAway = false;
  await expect.poll(owned, { timeout: timeoutMs }).toEqual([0, 1]);
  await deposit("ann", 1);
  await runner.caughtUp({ timeoutMs });
  expect(await readModels(world.readModels).of(balances).get("ann")).toMatchObject({ balance: 1 });
  expect(runner.status().error).toBeUndefined();
});

test("gives up a partition that somebody else has taken, and begins anew on one that had ended", async () => {
  let nowMs = 0;
  await using leases = memoryLeases({ clock: () => new Date(nowMs) });
  const durationMs = 60;
  await using runner = runProjection(world.store, world.readModels, balances, {
    partitions: { count: 2, leases, owner: "runner", durationMs },
  });
  const owned = () => runner.status().partitions;
  const held = async (index: number): Promise<Lease | undefined> =>
    (await leases.list(`leftfold/balances@1/partition/${index}`))[0];
  await expect.poll(owned, { timeout: timeoutMs }).toEqual([0, 1]);
  const token = (await held(0))!.token;
  nowMs += durationMs;
  const foreign = await leases.acquire({
    name: "leftfold/balances@1/partition/1",
    owner: "somebody else",
    durationMs: 86_400_000,
  });
  expect(foreign).toBeDefined();
  await expect.poll(owned, { timeout: timeoutMs }).toEqual([0]);
  await expect.poll(async () => (await held(0))?.token, { timeout: timeoutMs }).toBeGreaterThan(token);
  await leases.release(foreign!);
  await expect.poll(owned, { timeout: timeoutMs }).toEqual([0, 1]);
  await repository(world.store, Account).at("ann").deposit(1);
  await runner.caughtUp({ timeoutMs });
  expect(await readModels(world.readModels).of(balances).count()).toBe(1);
});
