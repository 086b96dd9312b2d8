import { memoryBackend } from "@leftfold/backend-memory";
import { DeadlineExceededError, UnavailableError } from "@leftfold/core";
import {
  defineAggregate,
  defineBatchProjection,
  defineDocumentsProjection,
  defineProjection,
  EventProcessingError,
  eventTypes,
  parkedEvents,
  readModels,
  replayParked,
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

test("stops at an event whose key cannot be told, although others would be parked", async () => {
  const keyless = defineProjection({
    name: "keyless",
    version: 1,
    of: [Account],
    initial: { n: 0 },
    key: ({ aggregateId }) => {
      if (aggregateId === "bob") throw new Error("no key");
      return aggregateId;
    },
    on: { MoneyDeposited: ({ n }) => ({ n: n + 1 }) },
  });
  await deposit("ann", 1);
  await deposit("bob", 1);
  const onError = { policy: "park" as const, retry: once };
  await using runner = runProjection(world.store, world.readModels, keyless, { onError });
  await expect(runner.ended()).rejects.toMatchObject({ globalNonce: 2n, cause: new Error("no key") });
  expect(await readModels(world.readModels).of(keyless).get("ann")).toEqual({ n: 1 });
});

test.each([
  ["nothing", undefined, "A handler of MoneyDeposited threw undefined."],
  ["a text", "too much", "too much"],
])("takes a handler that throws %s for one that fails", async (_, thrown, told) => {
  const throwing = defineProjection({
    name: "throwing",
    version: 1,
    of: [Account],
    initial: { n: 0 },
    key: ({ aggregateId }) => aggregateId,
    on: {
      MoneyDeposited: () => {
        throw thrown;
      },
    },
  });
  await deposit("ann", 1);
  await using runner = runProjection(world.store, world.readModels, throwing, { onError: { retry: once } });
  await expect(runner.ended()).rejects.toThrow(EventProcessingError);
  await expect(runner.ended()).rejects.toThrow(told);
});

test("replays more events of a key than one replay takes, in several, and their order holds", async () => {
  let isBroken = true;
  const sequence = defineProjection({
    name: "sequence",
    version: 1,
    of: [Account],
    initial: { n: 0, isInOrder: true },
    key: ({ aggregateId }) => aggregateId,
    on: {
      MoneyDeposited: ({ n, isInOrder }, { amount }) => {
        if (isBroken) throw new Error("broken");
        return { n: amount, isInOrder: isInOrder && amount === n + 1 };
      },
    },
  });
  await deposit("ann", ...Array.from({ length: 1_001 }, (_, i) => i + 1));
  const onError = { policy: "park" as const, retry: once };
  await using runner = runProjection(world.store, world.readModels, sequence, { onError });
  await runner.caughtUp({ timeoutMs });
  const parked: bigint[] = [];
  for await (const { globalNonce } of parkedEvents(world.readModels, sequence)) parked.push(globalNonce);
  expect(parked).toEqual(Array.from({ length: 1_001 }, (_, i) => BigInt(i + 1)));
  isBroken = false;
  const replay = () => replayParked(world.store, world.readModels, sequence, "ann");
  expect(await replay()).toEqual({ replayed: 1_000, failed: undefined });
  expect(await replay()).toEqual({ replayed: 1, failed: undefined });
  const view = readModels(world.readModels).of(sequence);
  expect(await view.get("ann")).toEqual({ n: 1_001, isInOrder: true });
});

test("replays up to the event that fails again, and removes what events remove", async () => {
  let broken = [1, 2, 3];
  const picky = defineDocumentsProjection({
    name: "picky",
    version: 1,
    of: [Account],
    initial: { n: 0 },
    keys: ({ aggregateId }) => [aggregateId, "all"],
    on: {
      MoneyDeposited: (documents, { amount }, { aggregateId }) => {
        documents.update(aggregateId, ({ n }) => ({ n: n + amount }));
        if (broken.includes(amount)) throw new Error(`${amount}`);
        if (amount === 1) documents.remove(aggregateId);
        documents.update("all", ({ n }) => ({ n: n + amount }));
      },
    },
  });
  await deposit("ann", 4, 1, 2, 3);
  const onError = { policy: "park" as const, retry: once };
  await using runner = runProjection(world.store, world.readModels, picky, { onError });
  await runner.caughtUp({ timeoutMs });
  const view = readModels(world.readModels).of(picky);
  expect(await view.getMany(["ann", "all"])).toEqual(
    new Map([
      ["ann", { n: 4 }],
      ["all", { n: 4 }],
    ]),
  );
  broken = [2];
  const replay = () => replayParked(world.store, world.readModels, picky, "ann");
  expect(await replay()).toEqual({ replayed: 1, failed: { globalNonce: 3n, error: "Error: 2" } });
  expect(await view.getMany(["ann", "all"])).toEqual(new Map([["all", { n: 5 }]]));
  broken = [];
  expect(await replay()).toEqual({ replayed: 2, failed: undefined });
  expect(await view.get("ann")).toEqual({ n: 5 });
});

test("refuses to replay from another log than the one that events were parked of", async () => {
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
  await deposit("ann", 1);
  const onError = { policy: "park" as const, retry: once };
  await using runner = runProjection(world.store, world.readModels, failing, { onError });
  await runner.caughtUp({ timeoutMs });
  await using other = memoryBackend();
  const replaying = replayParked(other.tenant("other"), world.readModels, failing, "ann");
  await expect(replaying).rejects.toThrow("It is not the log of this read model");
});

test("tells how far a projection is when it was waited for in vain", async () => {
  await deposit("ann", 1);
  await using runner = runProjection(world.store, world.readModels, balances);
  await runner.caughtUp({ timeoutMs });
  const view = readModels(world.readModels).of(balances);
  const late = view.waitFor(2n, { timeoutMs: 1 });
  await expect(late).rejects.toThrow(DeadlineExceededError);
  await expect(late).rejects.toThrow("balances is at 1 of the log, and not at 2 yet");
  const controller = new AbortController();
  const leaving = view.waitFor(2n, { signal: controller.signal });
  controller.abort(new Error("left"));
  await expect(leaving).rejects.toThrow("left");
});

test("whoever waits for a runner waits on while stores cannot be reached, as the runner does", async () => {
  let failures = 0;
  const failing = async (): Promise<void> => {
    if (failures-- > 0) throw new UnavailableError("The connection broke.");
  };
  const store = before(world.store, "head", failing);
  const stored = before(world.readModels, "checkpoint", failing);
  await deposit("ann", 1);
  await using runner = runProjection(store, stored, balances, { restart: { baseDelayMs: 1 } });
  failures = 3;
  await runner.caughtUp({ timeoutMs });
  const { lastGlobalNonce } = await deposit("ann", 2);
  failures = 3;
  await runner.waitFor(lastGlobalNonce, { timeoutMs });
  expect(runner.status().checkpoint).toBe(lastGlobalNonce);
});

test("a projection of batches passes over events that its aggregate is to skip", async () => {
  const Known = defineAggregate({
    type: "Account",
    events: eventTypes<{ MoneyDeposited: { amount: number } }>(),
    initial: {},
    evolve: { MoneyDeposited: (state, _) => state },
    commands: {},
    unknownEvents: "skip",
  });
  const seen: string[] = [];
  const batches = defineBatchProjection({
    name: "batches",
    version: 1,
    of: [Known],
    handle: (events) => void seen.push(...events.map(({ type }) => type)),
  });
  await repository(world.store, Account).at("ann").open("Ann");
  await deposit("ann", 1);
  await using runner = runProjection(world.store, world.readModels, batches);
  await runner.caughtUp({ timeoutMs });
  expect(seen).toEqual(["MoneyDeposited"]);
});
