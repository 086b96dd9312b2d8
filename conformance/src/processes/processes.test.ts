import type { RecordedEvent } from "@leftfold/core";
import {
  CommandRejectedError,
  defineCommand,
  defineProcess,
  EventProcessingError,
  readModels,
  reject,
  repository,
  runProcess,
  withContext,
} from "@leftfold/event-sourcing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Account } from "../projections/account.ts";
import { type World, worlds } from "../projections/world.ts";
import { Transfer, transfers } from "./transfer.ts";

const timeoutMs = 30_000;
const quick = { attemptsMax: 2, baseDelayMs: 1, delayMaxMs: 2 };

describe.each(worlds)("a process over $name", ({ open }) => {
  let world: World;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const request = (id: string, amount = 10) =>
    repository(world.store, Transfer).at(id).request({ from: "ann", to: "bob", amount });

  async function log(type?: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of world.store.readAll())
      if (!type || event.eventType === type) events.push(event);
    return events;
  }

  test("reacts by commands, under the event's correlation and with the event as their cause", async () => {
    await using runner = runProcess(world.store, world.readModels, transfers);
    await runner.caughtUp({ timeoutMs });
    await withContext({ correlationId: "request-7", actorId: "ann" }, () => request("t1"));
    await until(async () => (await log("TransferCompleted")).length === 1);
    const [requested] = await log("TransferRequested");
    for (const type of ["MoneyWithdrawn", "MoneyDeposited", "TransferCompleted"]) {
      const [event, ...more] = await log(type);
      expect(more).toEqual([]);
      expect(event).toMatchObject({
        correlationId: "request-7",
        causationId: requested!.eventId,
        actorId: "ann",
      });
    }
    await runner.caughtUp({ timeoutMs });
    expect(await readModels(world.readModels).of(transfers).get("t1")).toBeUndefined();
  });

  test("does not react to what happened before it ran for the first time, unless it is to", async () => {
    await request("t1");
    await using runner = runProcess(world.store, world.readModels, transfers);
    await runner.caughtUp({ timeoutMs });
    await request("t2");
    await until(async () => (await log("TransferCompleted")).length === 1);
    await runner.caughtUp({ timeoutMs });
    expect(await readModels(world.readModels).of(transfers).get("t1")).toMatchObject({
      state: { todo: "complete" },
    });
    await runner.stop();

    const eager = defineProcess({
      name: "eager",
      version: 1,
      of: [Transfer],
      reactTo: "all",
      key: (event) => event.aggregateId,
      initial: {},
      on: {
        TransferRequested: (state, _, ask, event) => {
          ask.at(Account, `audit-${event.aggregateId}`).open("audit");
          return state;
        },
      },
    });
    await using other = runProcess(world.store, world.readModels, eager);
    await other.caughtUp({ timeoutMs });
    expect((await log("AccountOpened")).map(({ aggregateId }) => aggregateId).toSorted()).toEqual([
      "audit-t1",
      "audit-t2",
    ]);
  });

  test("does nothing again in a new version, which reacts from where the old one was", async () => {
    const version = (number: number) =>
      defineProcess({
        name: "fees",
        version: number,
        of: [Transfer],
        key: (event) => event.aggregateId,
        initial: { seen: 0 },
        on: {
          TransferRequested: ({ seen }, _, ask) => {
            ask.at(Account, "fees").deposit(1);
            return { seen: seen + number };
          },
        },
      });
    const old = runProcess(world.store, world.readModels, version(1));
    await old.caughtUp({ timeoutMs });
    await request("t1");
    await old.caughtUp({ timeoutMs });
    await until(async () => (await world.readModels.activeVersion("fees")) === 1);
    await old.stop();
    await request("t2");
    await using current = runProcess(world.store, world.readModels, version(2));
    await current.caughtUp({ timeoutMs });
    await until(async () => (await world.readModels.activeVersion("fees")) === 2);
    const view = readModels(world.readModels).of(version(2));
    expect(await view.get("t1")).toMatchObject({ state: { seen: 2 } });
    const fees = (await log("MoneyDeposited")).filter(({ aggregateId }) => aggregateId === "fees");
    expect(fees).toHaveLength(2);
    const keptByThen = readModels(world.readModels).of(version(1), { version: 1 });
    expect(await keptByThen.get("t1")).toMatchObject({ state: { seen: 1 } });
  });

  test("does nothing again when a batch is processed again", async () => {
    const sent: string[] = [];
    const broken = { isBroken: true };
    const notify = defineProcess({
      name: "notify",
      version: 1,
      of: [Transfer],
      key: (event) => event.aggregateId,
      initial: { count: 0 },
      on: {
        TransferRequested: (state, { amount }, ask, event) => {
          ask.at(Account, "fees").deposit(1);
          ask.effect(async ({ idempotencyKey }) => {
            if (broken.isBroken && amount === 13) throw new Error("13");
            sent.push(idempotencyKey);
          });
          ask.at(Account, event.aggregateId).deposit(amount);
          return { count: state.count + 1 };
        },
      },
    });
    await using runner = runProcess(world.store, world.readModels, notify, { onError: { retry: quick } });
    await runner.caughtUp({ timeoutMs });
    await request("t1");
    await request("t2", 13);
    await expect(runner.ended()).rejects.toThrow(EventProcessingError);
    expect(await readModels(world.readModels).of(notify).get("t1")).toMatchObject({ state: { count: 1 } });
    expect((await log("MoneyDeposited")).filter(({ aggregateId }) => aggregateId === "fees")).toHaveLength(2);
    broken.isBroken = false;
    runner.start();
    await runner.caughtUp({ timeoutMs });
    const deposits = (await log("MoneyDeposited")).map(({ aggregateId }) => aggregateId);
    expect(deposits.toSorted()).toEqual(["fees", "fees", "t1", "t2"]);
    expect(new Set(sent).size).toBe(2);
  });

  test("parks the key of a failing event, and goes on with the others", async () => {
    const picky = defineProcess({
      name: "picky",
      version: 1,
      of: [Transfer],
      key: (event) => event.aggregateId,
      initial: { count: 0 },
      on: {
        TransferRequested: ({ count }, { amount }, ask, event) => {
          ask.effect(async () => {
            if (amount === 13) throw new Error("13");
          });
          ask.at(Account, event.aggregateId).deposit(amount);
          return { count: count + 1 };
        },
      },
    });
    const park = { onError: { retry: quick, policy: "park" as const } };
    await using runner = runProcess(world.store, world.readModels, picky, park);
    await runner.caughtUp({ timeoutMs });
    await request("t1", 13);
    await request("t2");
    await request("t1", 5);
    await runner.caughtUp({ timeoutMs });
    expect((await log("MoneyDeposited")).map(({ aggregateId }) => aggregateId)).toEqual(["t2"]);
    expect(runner.status().parked).toBe(2);
    expect(await readModels(world.readModels).of(picky).count()).toBe(1);
  });

  test("takes a rejection for an event of its own, and for a failure where it does not handle any", async () => {
    const pay = defineCommand({
      name: "Pay",
      aggregates: ({ from }: { from: string; amount: number }) => ({ account: Account.ref(from) }),
      handle: ({ account }, { amount }) =>
        account.state.balance < amount
          ? reject("insufficient-funds", { balance: account.state.balance })
          : account.emit("MoneyWithdrawn", { amount }),
    });
    const paying = defineProcess({
      name: "paying",
      version: 1,
      of: [Transfer],
      key: (event) => event.aggregateId,
      initial: { from: "", todo: "" },
      on: {
        TransferRequested: (_, { from, amount }, ask) => {
          ask.execute(pay, { from, amount });
          return { from, todo: "pay" };
        },
        TransferFailed: () => null,
      },
      rejected: (state, { command, rejection }, ask) => {
        ask.at(Transfer, "t1").fail(`${command}: ${rejection}`);
        return { ...state, todo: "fail" };
      },
    });
    await using runner = runProcess(world.store, world.readModels, paying);
    await runner.caughtUp({ timeoutMs });
    await request("t1");
    await until(async () => (await log("TransferFailed")).length === 1);
    await runner.caughtUp({ timeoutMs });
    expect(runner.status().error).toBeUndefined();
    expect(await readModels(world.readModels).of(paying).count()).toBe(0);

    const careless = defineProcess({
      name: "careless",
      version: 1,
      of: [Transfer],
      reactTo: "all",
      key: (event) => event.aggregateId,
      initial: {},
      on: {
        TransferRequested: (state, { from, amount }, ask) => {
          ask.execute(pay, { from, amount });
          return state;
        },
      },
    });
    await using other = runProcess(world.store, world.readModels, careless);
    const failure = await other.ended().catch((error: unknown) => error);
    expect((failure as Error).cause).toBeInstanceOf(CommandRejectedError);
  });

  test("sets timers that outlive a restart, can be replaced and cancelled, and go off once", async () => {
    let nowMs = Date.now();
    const reminding = defineProcess({
      name: "reminding",
      version: 1,
      of: [Transfer],
      key: (event) => event.aggregateId,
      initial: { reminders: 0 },
      on: {
        TransferRequested: (state, { amount }, ask) => {
          ask.schedule("remind", { afterMs: 3_600_000, data: amount });
          ask.schedule("expire", { at: new Date(nowMs + 7_200_000) });
          return state;
        },
        TransferCompleted: (state, _, ask) => {
          ask.cancel("remind");
          return state;
        },
      },
      timers: {
        remind: (state, { data }, ask) => {
          ask.at(Account, "reminders").deposit(Number(data));
          return { reminders: state.reminders + 1 };
        },
        expire: () => null,
      },
    });
    const options = { nowMs: () => nowMs, timerPollMs: 5 };
    const runner = runProcess(world.store, world.readModels, reminding, options);
    await runner.caughtUp({ timeoutMs });
    await request("t1", 1);
    await request("t1", 2);
    await request("t2", 4);
    await repository(world.store, Transfer).at("t2").complete();
    await until(async () => (await log("TimerCancelled")).length === 1);
    await runner.caughtUp({ timeoutMs });
    const view = readModels(world.readModels).of(reminding);
    expect(Object.keys((await view.get("t1"))!.timers).toSorted()).toEqual(["expire", "remind"]);
    await runner.stop();
    nowMs += 3_700_000;
    await using restarted = runProcess(world.store, world.readModels, reminding, options);
    await using second = runProcess(world.store, world.readModels, reminding, options);
    await until(async () => (await log("MoneyDeposited")).length === 1);
    nowMs += 3_700_000;
    await until(async () => (await view.count()) === 0);
    await restarted.caughtUp({ timeoutMs });
    await second.caughtUp({ timeoutMs });
    expect(await log("MoneyDeposited")).toHaveLength(1);
    const fired = await log("TimerFired");
    expect(fired).toHaveLength(3);
    const scheduled = new Map((await log("TimerScheduled")).map((event) => [event.eventId, event]));
    for (const { causationId, correlationId, aggregateId } of fired) {
      expect(scheduled.get(causationId!)).toMatchObject({ aggregateId, correlationId });
    }
  });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: timeoutMs, interval: 10 }).toBe(true);
}
