import type { ReadModelCommit, RecordedEvent } from "@leftfold/core";
import {
  defineProcess,
  dropReadModel,
  parkedEvents,
  readModels,
  replayParked,
  repository,
  runProcess,
} from "@leftfold/event-sourcing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Account } from "../projections/account.ts";
import { type World, worlds } from "../projections/world.ts";
import { Transfer } from "./transfer.ts";
import { before } from "./watched.ts";

const timeoutMs = 30_000;
const park = {
  onError: { retry: { attemptsMax: 2, baseDelayMs: 1, delayMaxMs: 2 }, policy: "park" as const },
};

describe.each(worlds)("a parked process over $name", ({ open }) => {
  let world: World;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const request = (id: string, amount = 10) =>
    repository(world.store, Transfer).at(id).request({ from: "ann", to: "bob", amount });

  async function log(type: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const query = { anyOf: [{ eventTypes: [type] }] };
    for await (const event of world.store.readAll({ query })) events.push(event);
    return events;
  }

  async function parkedCount(): Promise<number> {
    let count = 0;
    for await (const _ of parkedEvents(world.readModels, paying({ isBroken: false }))) count++;
    return count;
  }

  test("issues what its events ask for when it is replayed, each once, and reacts to what comes of it", async () => {
    const broken = { isBroken: true };
    const process = paying(broken);
    await using runner = runProcess(world.store, world.readModels, process, park);
    await runner.caughtUp({ timeoutMs });
    await request("t1", 13);
    await request("t1", 1);
    await request("t2", 2);
    await expect.poll(() => log("TransferCompleted"), { timeout: timeoutMs }).toHaveLength(1);
    await runner.caughtUp({ timeoutMs });
    // The first command of the failing event was carried out before the second thing it asks for failed.
    expect((await log("MoneyWithdrawn")).map(({ payload }) => JSON.parse(textOf(payload)))).toEqual([
      { amount: 13 },
      { amount: 2 },
    ]);

    const tooEarly = await replayParked(world.store, world.readModels, process, "t1");
    expect(tooEarly).toMatchObject({ replayed: 0, failed: { globalNonce: 1n, error: "Error: 13" } });
    broken.isBroken = false;
    const { failed } = await replayParked(world.store, world.readModels, process, "t1");
    expect(failed).toBeUndefined();
    await runner.caughtUp({ timeoutMs });
    await expect.poll(parkedCount, { timeout: timeoutMs }).toBe(0);
    expect(await log("MoneyWithdrawn")).toHaveLength(3);
    expect(await log("MoneyDeposited")).toHaveLength(3);
    const [first] = await log("TransferRequested");
    const deposits = await log("MoneyDeposited");
    expect(deposits.filter(({ causationId }) => causationId === first!.eventId)).toHaveLength(1);
    await expect.poll(() => log("TimerScheduled"), { timeout: timeoutMs }).toHaveLength(3);
    const view = readModels(world.readModels).of(process);
    expect(await view.get("t1")).toMatchObject({ state: { paid: 14, completed: 1 } });
  });

  test("does nothing twice when a replay is cut off before its commit", async () => {
    const broken = { isBroken: true };
    const process = paying(broken);
    const runner = runProcess(world.store, world.readModels, process, park);
    await runner.caughtUp({ timeoutMs });
    await request("t1", 13);
    await runner.caughtUp({ timeoutMs });
    await runner.stop();
    broken.isBroken = false;
    const cutOff = before(world.readModels, "commit", () => {
      throw new Error("killed");
    });
    await expect(replayParked(world.store, cutOff, process, "t1")).rejects.toThrow("killed");
    expect(await log("MoneyDeposited")).toHaveLength(1);
    expect(await parkedCount()).toBe(1);
    expect(await replayParked(world.store, world.readModels, process, "t1")).toMatchObject({ replayed: 1 });
    for (const type of ["MoneyWithdrawn", "MoneyDeposited", "TransferCompleted", "TimerScheduled"])
      expect(await log(type)).toHaveLength(1);
  });

  test("goes on by itself when it was replayed while the runner put another event aside", async () => {
    const broken = { isBroken: true };
    const process = paying(broken);
    const racing = before(world.readModels, "commit", async ({ checkpoint, writes }: ReadModelCommit) => {
      if (broken.isBroken || checkpoint.name !== "paying" || !writes.some(({ model }) => model)) return;
      await replayParked(world.store, world.readModels, process, "t1");
    });
    await using runner = runProcess(world.store, racing, process, park);
    await runner.caughtUp({ timeoutMs });
    await request("t1", 13);
    await runner.caughtUp({ timeoutMs });
    broken.isBroken = false;
    await request("t1", 1);
    await expect.poll(() => log("MoneyDeposited"), { timeout: timeoutMs }).toHaveLength(2);
    await expect.poll(() => log("TimerScheduled"), { timeout: timeoutMs }).toHaveLength(2);
    await runner.caughtUp({ timeoutMs });
    await expect.poll(parkedCount, { timeout: timeoutMs }).toBe(0);
    expect(await log("MoneyWithdrawn")).toHaveLength(2);
    expect(await log("MoneyDeposited")).toHaveLength(2);
  });

  test("only forms its state from parked events that were history", async () => {
    await request("t1", 13);
    const process = paying({ isBroken: false });
    const failing = paying({ isBroken: false, failsToFold: true });
    const runner = runProcess(world.store, world.readModels, failing, park);
    await runner.caughtUp({ timeoutMs });
    await runner.stop();
    expect(await parkedCount()).toBe(1);
    expect(await replayParked(world.store, world.readModels, process, "t1")).toMatchObject({ replayed: 1 });
    expect(await log("MoneyWithdrawn")).toEqual([]);
    expect(await readModels(world.readModels).of(process).get("t1")).toMatchObject({ state: { paid: 13 } });
  });

  test("does nothing again when its read model was dropped and is built anew", async () => {
    const effects: number[] = [];
    const process = paying({ isBroken: false }, effects);
    const runner = runProcess(world.store, world.readModels, process);
    await runner.caughtUp({ timeoutMs });
    await request("t1", 1);
    await expect.poll(() => effects, { timeout: timeoutMs }).toEqual([1]);
    await runner.caughtUp({ timeoutMs });
    await runner.stop();
    await dropReadModel(world.readModels, process);
    await using again = runProcess(world.store, world.readModels, process);
    await again.caughtUp({ timeoutMs });
    await request("t2", 2);
    await expect.poll(() => effects, { timeout: timeoutMs }).toEqual([1, 2]);
    await again.caughtUp({ timeoutMs });
    expect(await readModels(world.readModels).of(process).get("t1")).toMatchObject({ state: { paid: 1 } });
  });
});

interface Faults {
  readonly isBroken: boolean;
  readonly failsToFold?: boolean;
}

function paying(faults: Faults, effects: number[] = []) {
  return defineProcess({
    name: "paying",
    version: 1,
    of: [Transfer],
    key: (event) => event.aggregateId,
    initial: { paid: 0, completed: 0 },
    on: {
      TransferRequested: (state, { from, to, amount }, ask, event) => {
        if (faults.failsToFold) throw new Error("cannot fold");
        ask.at(Account, from).withdraw(amount);
        ask.effect(async () => {
          if (faults.isBroken && amount === 13) throw new Error("13");
          effects.push(amount);
        });
        ask.at(Account, to).deposit(amount);
        ask.schedule("review", { afterMs: 86_400_000 });
        if (amount !== 1) ask.at(Transfer, event.aggregateId).complete();
        return { ...state, paid: state.paid + amount };
      },
      TransferCompleted: (state) => ({ ...state, completed: state.completed + 1 }),
    },
    timers: { review: (state) => state },
  });
}

function textOf(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}
