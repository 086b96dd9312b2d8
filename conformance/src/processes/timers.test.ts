import type { ReadModelId } from "@leftfold/core";
import { UnavailableError } from "@leftfold/core";
import { defineProcess, readModels, repository, runProcess } from "@leftfold/event-sourcing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Account } from "../projections/account.ts";
import { type World, worlds } from "../projections/world.ts";
import { Transfer } from "./transfer.ts";
import { before } from "./watched.ts";

const timeoutMs = 30_000;
const quick = { attemptsMax: 3, baseDelayMs: 1, delayMaxMs: 2 };

/** Reminds of each transfer, `amount` milliseconds after it was requested; 13 fails. */
const reminding = defineProcess({
  name: "reminding",
  version: 1,
  of: [Transfer],
  key: (event) => event.aggregateId,
  initial: { isReminded: false },
  on: {
    TransferRequested: (state, { amount }, ask) => {
      ask.schedule("remind", { afterMs: amount, data: amount });
      return state;
    },
  },
  timers: {
    remind: (_, { key, data }, ask) => {
      if (data === 13) throw new Error("13");
      ask.at(Account, key).open("reminded");
      return { isReminded: true };
    },
  },
});

let world: World;
beforeEach(async () => {
  world = await worlds[0]!.open();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const request = (id: string, amount: number) =>
  repository(world.store, Transfer).at(id).request({ from: "ann", to: "bob", amount });

async function reminded(): Promise<string[]> {
  const ids: string[] = [];
  const query = { anyOf: [{ eventTypes: ["AccountOpened"] }] };
  for await (const { aggregateId } of world.store.readAll({ query })) ids.push(aggregateId);
  return ids.toSorted();
}

test("a timer goes off although a hundred others before it cannot take effect", async () => {
  const options = { onError: { retry: quick, policy: "park" as const }, timerPollMs: 5 };
  await using runner = runProcess(world.store, world.readModels, reminding, options);
  await runner.caughtUp({ timeoutMs });
  const stuck = Array.from({ length: 101 }, (_, i) => `stuck-${i}`);
  for (const id of stuck) await request(id, 13);
  await request("late", 14);
  await expect.poll(reminded, { timeout: timeoutMs, interval: 10 }).toEqual(["late"]);
  await runner.caughtUp({ timeoutMs });
  await expect.poll(() => runner.status().parked, { timeout: timeoutMs }).toBe(stuck.length);
});

test("timers of a shared process go off once, whichever runner has their part", async () => {
  const share = () =>
    runProcess(world.store, world.readModels, reminding, {
      partitions: { count: 2, leases: world.leases, durationMs: 100 },
      timerPollMs: 5,
    });
  await using one = share();
  await using two = share();
  await one.caughtUp({ timeoutMs });
  const ids = Array.from({ length: 12 }, (_, i) => `t${10 + i}`);
  await Promise.all(ids.map((id) => request(id, 1)));
  await expect.poll(reminded, { timeout: timeoutMs, interval: 10 }).toEqual(ids);
  await two.caughtUp({ timeoutMs });
  expect(await reminded()).toEqual(ids);
  expect(await readModels(world.readModels).of(reminding).count({ "state.isReminded": true })).toBe(12);
});

test("timers bear a store that is away for a while, and end their runner when it stays away", async () => {
  let failuresLeft = 2;
  const flaky = before(world.readModels, "find", ({ name }: ReadModelId) => {
    if (name === "reminding" && failuresLeft-- > 0) throw new UnavailableError("away");
  });
  await using runner = runProcess(world.store, flaky, reminding, { restart: quick });
  await runner.caughtUp({ timeoutMs });
  await request("t1", 1);
  await expect.poll(reminded, { timeout: timeoutMs, interval: 10 }).toEqual(["t1"]);
  expect(failuresLeft).toBeLessThan(0);
  failuresLeft = Number.POSITIVE_INFINITY;
  await request("t2", 1);
  await expect(runner.ended()).rejects.toThrow("away");
});

test("a runner that is stopped while its timers wait for the store ends at once", async () => {
  const away = before(world.readModels, "find", ({ name }: ReadModelId) => {
    if (name === "reminding") throw new UnavailableError("away");
  });
  const restart = { attemptsMax: 100, baseDelayMs: 86_400_000, delayMaxMs: 86_400_000 };
  const runner = runProcess(world.store, away, reminding, { restart });
  await runner.caughtUp({ timeoutMs });
  await runner.stop();
  expect(runner.status().state).toBe("stopped");
});
