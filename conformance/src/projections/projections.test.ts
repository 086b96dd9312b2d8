import { type ReadModelStore, type RecordedEvent, UnavailableError } from "@leftfold/core";
import {
  defineDocumentsProjection,
  defineProjection,
  EventProcessingError,
  foldProjection,
  PartitionCountError,
  parkedEvents,
  readModels,
  replayParked,
  repository,
  runProjection,
  SupersededError,
  TooManyParkedError,
} from "@leftfold/event-sourcing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Account, balances } from "./account.ts";
import { type World, worlds } from "./world.ts";

const timeoutMs = 30_000;

describe.each(worlds)("a projection over $name", ({ open }) => {
  let world: World;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const accounts = () => repository(world.store, Account);

  async function log(): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of world.store.readAll()) events.push(event);
    return events;
  }

  async function stored(): Promise<Record<string, unknown>> {
    const { documents } = await readModels(world.readModels).of(balances).find({ limit: 1000 });
    return Object.fromEntries(documents.map(({ key, document }) => [key, document]));
  }

  test("folds history and what comes, and is read by its types", async () => {
    await accounts().at("ann").open("Ann");
    await accounts().at("ann").deposit(100);
    await using runner = runProjection(world.store, world.readModels, balances);
    await runner.caughtUp({ timeoutMs });
    const view = readModels(world.readModels).of(balances);
    expect(await view.get("ann")).toMatchObject({ balance: 100, count: 1 });

    const { lastGlobalNonce } = await accounts().at("bob").deposit(2_000);
    await view.waitFor(lastGlobalNonce!, { timeoutMs });
    const rich = await view.find({
      where: { balance: { gte: 1000 } },
      orderBy: { balance: "desc" },
      limit: 20,
    });
    expect(rich.documents.map(({ key }) => key)).toEqual(["bob"]);
    expect(await view.count({ balance: { lt: 1000 } })).toBe(1);
    expect(await view.get("nobody")).toBeUndefined();
    await expect(view.waitFor(lastGlobalNonce! + 1n, { timeoutMs: 50 })).rejects.toThrow(
      /^balances is at \d+ of the log, and not at \d+ yet\./,
    );

    const closed = await accounts().at("bob").close();
    await runner.waitFor(closed.lastGlobalNonce!, { timeoutMs });
    expect(await view.get("bob")).toBeUndefined();
    expect(runner.status()).toMatchObject({
      state: "live",
      lag: 0n,
      progress: 1,
      conflicts: 0,
      error: undefined,
    });
  });

  test("pages both ways", async () => {
    for (const [id, amount] of [
      ["a", 1],
      ["b", 2],
      ["c", 3],
    ] as const)
      await accounts().at(id).deposit(amount);
    await using runner = runProjection(world.store, world.readModels, balances);
    await runner.caughtUp({ timeoutMs });
    const view = readModels(world.readModels).of(balances);
    const first = await view.find({ orderBy: { balance: "desc" }, limit: 2 });
    expect(first.documents.map(({ key }) => key)).toEqual(["c", "b"]);
    const second = await view.find({ orderBy: { balance: "desc" }, limit: 2, after: first.next });
    expect(second.documents.map(({ key }) => key)).toEqual(["a"]);
    const back = await view.find({ orderBy: { balance: "desc" }, limit: 2, before: second.previous });
    expect(back.documents.map(({ key }) => key)).toEqual(["c", "b"]);
    await expect(view.find({ after: first.next, before: first.next })).rejects.toThrow("before");
  });

  test("goes on from its checkpoint after a stop, and can be started again", async () => {
    const runner = runProjection(world.store, world.readModels, balances);
    expect(runner.status()).toMatchObject({ state: "starting", progress: 0 });
    await accounts().at("ann").deposit(1);
    await runner.caughtUp({ timeoutMs });
    await runner.stop();
    expect(runner.status().state).toBe("stopped");
    await accounts().at("ann").deposit(1);
    runner.start();
    runner.start();
    await runner.caughtUp({ timeoutMs });
    await runner.stop();
    expect(await stored()).toMatchObject({ ann: { balance: 2, count: 2 } });
  });

  test("has every event once in its read model, whoever of two runners processes it", async () => {
    const options = { batch: { eventsMax: 7 }, cachedDocumentsMax: 6 };
    await using one = runProjection(world.store, world.readModels, balances, options);
    await using two = runProjection(world.store, world.readModels, balances, options);
    for (let i = 0; i < 150; i++)
      await accounts()
        .at(`account-${i % 11}`)
        .deposit(i);
    await one.caughtUp({ timeoutMs });
    await two.caughtUp({ timeoutMs });
    expect(await stored()).toEqual(Object.fromEntries(foldProjection(balances, await log())));
  });

  test("builds a new version beside the old one, and switches over when it has caught up", async () => {
    for (let i = 0; i < 20; i++) await accounts().at("ann").deposit(1);
    await using old = runProjection(world.store, world.readModels, balances);
    await until(async () => (await world.readModels.activeVersion("balances")) === 1);
    const doubled = defineProjection({
      name: "balances",
      version: 2,
      of: [Account],
      key: (event) => event.aggregateId,
      initial: { twice: 0 },
      on: { MoneyDeposited: (row, { amount }) => ({ twice: row.twice + 2 * amount }) },
    });
    const view = readModels(world.readModels).of(doubled);
    expect(await view.get("ann")).toMatchObject({ balance: 20 });
    await using rebuilt = runProjection(world.store, world.readModels, doubled, { oldVersion: "drop" });
    await rebuilt.caughtUp({ timeoutMs });
    await until(async () => (await world.readModels.activeVersion("balances")) === 2);
    expect(await view.get("ann")).toEqual({ twice: 40 });
    expect(await readModels(world.readModels).of(balances).count()).toBe(1);
    await until(async () => (await world.readModels.count({ name: "balances", version: 1 })) === 0);
    // What ran the old one finds that out, and does not build it anew.
    await accounts().at("ann").deposit(1);
    await expect(old.ended()).rejects.toThrow(SupersededError);
    await expect(old.waitFor(21n)).rejects.toThrow(SupersededError);
  });

  test("stops at an event that it cannot process, with everything before it committed", async () => {
    const broken = { isBroken: true };
    const picky = pickyProjection(broken);
    await accounts().at("ann").deposit(1);
    await accounts().at("bob").deposit(13);
    await accounts().at("ann").deposit(1);
    await using runner = runProjection(world.store, world.readModels, picky, { onError: { retry: quick } });
    await expect(runner.ended()).rejects.toThrow(EventProcessingError);
    expect(runner.status()).toMatchObject({ state: "failed", checkpoint: 1n });
    const view = readModels(world.readModels).of(picky);
    expect(await view.get("ann")).toEqual({ balance: 1 });
    broken.isBroken = false;
    runner.start();
    await runner.caughtUp({ timeoutMs });
    expect(await view.get("bob")).toEqual({ balance: 13 });
    expect(await view.get("ann")).toEqual({ balance: 2 });
  });

  test("parks the key of a failing event, goes on with the others, and replays in order", async () => {
    const broken = { isBroken: true };
    const picky = pickyProjection(broken);
    const park = { onError: { retry: quick, policy: "park" as const } };
    await using runner = runProjection(world.store, world.readModels, picky, park);
    await accounts().at("bob").deposit(13);
    await accounts().at("bob").deposit(1);
    await accounts().at("ann").deposit(1);
    await runner.caughtUp({ timeoutMs });
    await accounts().at("bob").deposit(2);
    await runner.caughtUp({ timeoutMs });
    const view = readModels(world.readModels).of(picky);
    expect(await view.get("bob")).toBeUndefined();
    expect(await view.get("ann")).toEqual({ balance: 1 });
    expect(runner.status().parked).toBe(3);
    const parked = await all(parkedEvents(world.readModels, picky, { key: "bob" }));
    expect(parked.map(({ globalNonce }) => globalNonce)).toEqual([1n, 2n, 4n]);
    expect(parked.map(({ error }) => error?.includes("13"))).toEqual([true, undefined, undefined]);

    const again = await replayParked(world.store, world.readModels, picky, "bob");
    expect(again).toMatchObject({ replayed: 0, failed: { globalNonce: 1n } });
    broken.isBroken = false;
    expect(await replayParked(world.store, world.readModels, picky, "bob")).toMatchObject({ replayed: 3 });
    expect(await view.get("bob")).toEqual({ balance: 16 });
    await accounts().at("bob").deposit(4);
    await runner.caughtUp({ timeoutMs });
    expect(await view.get("bob")).toEqual({ balance: 20 });
    expect(await all(parkedEvents(world.readModels, picky))).toEqual([]);
    expect(await replayParked(world.store, world.readModels, picky, "bob")).toMatchObject({ replayed: 0 });
  });

  test("stops when more is parked than may be left behind, and goes on with room for more", async () => {
    const picky = pickyProjection({ isBroken: true });
    for (const id of ["a", "b", "c"]) await accounts().at(id).deposit(13);
    const onError = { retry: quick, policy: "park" as const, parkedMax: 2 };
    await using runner = runProjection(world.store, world.readModels, picky, { onError });
    await expect(runner.ended()).rejects.toThrow(TooManyParkedError);
    expect(runner.status()).toMatchObject({ state: "failed", checkpoint: 2n });
    await runner.stop();
    const roomy = { onError: { ...onError, parkedMax: 3 } };
    await using again = runProjection(world.store, world.readModels, picky, roomy);
    await readModels(world.readModels).waitFor(3n, [picky], { timeoutMs });
    expect(again.status().parked).toBe(3);
  });

  test("writes several documents per event, and parks all that a failing one touches", async () => {
    let isBroken = true;
    const byOwner = defineDocumentsProjection({
      name: "totals",
      version: 1,
      of: [Account],
      keys: (event) => [
        event.aggregateId,
        event.type === "MoneyDeposited" && event.data.amount < 100 ? "small" : "large",
      ],
      initial: { sum: 0 },
      on: {
        MoneyDeposited: (documents, { amount }, event) => {
          documents.update(event.aggregateId, ({ sum }) => ({ sum: sum + amount }));
          if (amount === 13 && isBroken) throw new Error("13");
          documents.update(amount < 100 ? "small" : "large", ({ sum }) => ({ sum: sum + amount }));
        },
        AccountClosed: (documents, _, event) => {
          const before = documents.get(event.aggregateId);
          if (before !== undefined) documents.remove(event.aggregateId);
        },
      },
    });
    const park = { onError: { retry: quick, policy: "park" as const } };
    await using runner = runProjection(world.store, world.readModels, byOwner, park);
    await accounts().at("ann").deposit(5);
    await accounts().at("ann").deposit(13);
    await accounts().at("bob").deposit(6);
    await accounts().at("cid").deposit(100);
    await accounts().at("cid").close();
    await runner.caughtUp({ timeoutMs });
    const view = readModels(world.readModels).of(byOwner);
    expect(await view.getMany(["ann", "bob", "cid", "small", "large"])).toEqual(
      new Map([
        ["ann", { sum: 5 }],
        ["small", { sum: 5 }],
        ["large", { sum: 100 }],
      ]),
    );
    isBroken = false;
    expect(await replayParked(world.store, world.readModels, byOwner, "bob")).toMatchObject({ replayed: 2 });
    expect(await view.get("small")).toEqual({ sum: 24 });
    expect(await view.get("bob")).toEqual({ sum: 6 });
  });

  test("shares its partitions with runners that come and go, and folds each event once", async () => {
    const share = (owner: string) =>
      runProjection(world.store, world.readModels, balances, {
        partitions: { count: 4, leases: world.leases, owner, durationMs: 300 },
      });
    await using one = share("one");
    for (let i = 0; i < 40; i++)
      await accounts()
        .at(`account-${i % 11}`)
        .deposit(i);
    await using two = share("two");
    await until(() => one.status().partitions?.length === 2 && two.status().partitions?.length === 2);
    for (let i = 0; i < 40; i++)
      await accounts()
        .at(`account-${i % 11}`)
        .withdraw(1);
    await one.caughtUp({ timeoutMs });
    await one.stop();
    await until(() => two.status().partitions?.length === 4);
    await accounts().at("account-1").deposit(7);
    await two.caughtUp({ timeoutMs });
    expect(await stored()).toEqual(Object.fromEntries(foldProjection(balances, await log())));
    await until(async () => (await world.readModels.activeVersion("balances")) === 1);
    await using other = runProjection(world.store, world.readModels, balances);
    await expect(other.ended()).rejects.toThrow(PartitionCountError);
  });

  test("begins again when the store was away for a while", async () => {
    let failures = 3;
    const flaky: ReadModelStore = new Proxy(world.readModels, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        if (name !== "commit") return value.bind(target);
        return async (...args: unknown[]) => {
          if (failures-- > 0) throw new UnavailableError("away");
          return value.apply(target, args);
        };
      },
    });
    await accounts().at("ann").deposit(1);
    await using runner = runProjection(world.store, flaky, balances, { restart: quick10 });
    await runner.caughtUp({ timeoutMs });
    expect(await stored()).toMatchObject({ ann: { balance: 1 } });
  });
});

const quick = { attemptsMax: 2, baseDelayMs: 1, delayMaxMs: 2 };
const quick10 = { attemptsMax: 10, baseDelayMs: 1, delayMaxMs: 2 };

function pickyProjection(broken: { isBroken: boolean }) {
  return defineProjection({
    name: "picky",
    version: 1,
    of: [Account],
    key: (event) => event.aggregateId,
    initial: { balance: 0 },
    on: {
      MoneyDeposited: (row, { amount }) => {
        if (amount === 13 && broken.isBroken) throw new Error("13 is too much");
        return { balance: row.balance + amount };
      },
    },
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: timeoutMs, interval: 10 }).toBe(true);
}
