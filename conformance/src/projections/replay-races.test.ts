import { type ReadModelCommit, UnavailableError } from "@leftfold/core";
import {
  defineProjection,
  parkedEvents,
  type ReplayResult,
  readModels,
  replayParked,
  runProjection,
} from "@leftfold/event-sourcing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { before } from "../processes/watched.ts";
import { Account, appendDeposits } from "./account.ts";
import { type World, worlds } from "./world.ts";

const timeoutMs = 30_000;
const onError = { policy: "park" as const, retry: { attemptsMax: 1 } };

let world: World;
let broken: readonly number[];
beforeEach(async () => {
  world = await worlds[0]!.open();
  broken = [13];
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const picky = defineProjection({
  name: "picky",
  version: 1,
  of: [Account],
  key: ({ aggregateId }) => aggregateId,
  initial: { balance: 0 },
  on: {
    MoneyDeposited: ({ balance }, { amount }) => {
      if (broken.includes(amount)) throw new Error(`${amount}`);
      return { balance: balance + amount };
    },
  },
});

const deposit = (amount: number) => appendDeposits(world.store, "ann", amount);

async function parked(): Promise<bigint[]> {
  const found: bigint[] = [];
  for await (const { globalNonce } of parkedEvents(world.readModels, picky)) found.push(globalNonce);
  return found;
}

const replay = () => replayParked(world.store, world.readModels, picky, "ann");
const balance = async () => (await readModels(world.readModels).of(picky).get("ann"))?.balance;

/** Replays what is parked just before an event is put aside behind it, once the bug is corrected. */
function racing(andThen: (commit: ReadModelCommit) => Promise<void> = async () => undefined) {
  return before(world.readModels, "commit", async (commit: ReadModelCommit) => {
    const isParking = commit.checkpoint.name === "picky" && commit.writes.some(({ model }) => model);
    if (!isParking || broken.length > 0) return;
    if ((await parked()).length === 0) return;
    await replay();
    await andThen(commit);
  });
}

test("an event that was put aside while those in front of it were replayed takes effect by itself", async () => {
  await using runner = runProjection(world.store, racing(), picky, { onError });
  await deposit(13);
  await runner.caughtUp({ timeoutMs });
  expect(await parked()).toEqual([1n]);
  broken = [];
  await deposit(1);
  await runner.caughtUp({ timeoutMs });
  expect(await parked()).toEqual([]);
  expect(await balance()).toBe(14);
  await deposit(2);
  await runner.caughtUp({ timeoutMs });
  expect(await balance()).toBe(16);
});

test("it does so, too, when the runner has to begin again first", async () => {
  const lost = racing(async (commit) => {
    await world.readModels.commit(commit);
    throw new UnavailableError("The answer was lost.");
  });
  const restart = { baseDelayMs: 1 };
  await using runner = runProjection(world.store, lost, picky, { onError, restart });
  await deposit(13);
  await runner.caughtUp({ timeoutMs });
  broken = [];
  await deposit(1);
  await expect.poll(parked, { timeout: timeoutMs }).toEqual([]);
  expect(await balance()).toBe(14);
});

test("events wait behind one that failed when it was replayed, as behind one that failed at first", async () => {
  await using runner = runProjection(world.store, world.readModels, picky, { onError });
  await deposit(13);
  await deposit(14);
  await runner.caughtUp({ timeoutMs });
  broken = [14];
  expect(await replay()).toMatchObject({ replayed: 1, failed: { globalNonce: 2n } });
  await deposit(1);
  await runner.caughtUp({ timeoutMs });
  expect(await parked()).toEqual([2n, 3n]);
  expect(await balance()).toBe(13);
});

test("two replays at once take effect once", async () => {
  await using runner = runProjection(world.store, world.readModels, picky, { onError });
  await deposit(13);
  await runner.caughtUp({ timeoutMs });
  broken = [];
  let first: ReplayResult | undefined;
  const overtaken = before(world.readModels, "commit", async () => {
    first ??= await replay();
  });
  expect(await replayParked(world.store, overtaken, picky, "ann")).toEqual({
    replayed: 0,
    failed: undefined,
  });
  expect(first).toEqual({ replayed: 1, failed: undefined });
  expect(await balance()).toBe(13);
});

test("a replay that was overtaken goes on with what the other one left", async () => {
  await using runner = runProjection(world.store, world.readModels, picky, { onError });
  await deposit(13);
  await deposit(14);
  await runner.caughtUp({ timeoutMs });
  broken = [14];
  let first: ReplayResult | undefined;
  const overtaken = before(world.readModels, "commit", async () => {
    if (first !== undefined) return;
    first = await replay();
    broken = [];
  });
  expect(await replayParked(world.store, overtaken, picky, "ann")).toEqual({
    replayed: 1,
    failed: undefined,
  });
  expect(first).toMatchObject({ replayed: 1, failed: { globalNonce: 2n } });
  expect(await balance()).toBe(27);
});

test("a runner leaves to others what they replay at the same time", async () => {
  let overtakes = true;
  const overtaken = before(racing(), "commit", async ({ checkpoint }: ReadModelCommit) => {
    if (checkpoint.name !== "picky:parked" || !overtakes) return;
    overtakes = false;
    await replay();
  });
  await using runner = runProjection(world.store, overtaken, picky, { onError });
  await deposit(13);
  await runner.caughtUp({ timeoutMs });
  broken = [];
  await deposit(1);
  await runner.caughtUp({ timeoutMs });
  expect(overtakes).toBe(false);
  expect(await parked()).toEqual([]);
  expect(await balance()).toBe(14);
  expect(runner.status()).toMatchObject({ conflicts: 0, error: undefined });
});

test("a runner that cannot replay tells why, and ends", async () => {
  const full = before(racing(), "commit", ({ checkpoint }: ReadModelCommit) => {
    if (checkpoint.name === "picky:parked") throw new Error("disk full");
  });
  await using runner = runProjection(world.store, full, picky, { onError });
  await deposit(13);
  await runner.caughtUp({ timeoutMs });
  broken = [];
  await deposit(1);
  await expect(runner.ended()).rejects.toThrow("disk full");
  expect(await parked()).toEqual([2n]);
});

test("an event that the corrected projection does not handle any more is parked no longer", async () => {
  const runner = runProjection(world.store, world.readModels, picky, { onError });
  await deposit(13);
  await runner.caughtUp({ timeoutMs });
  await runner.stop();
  const corrected = defineProjection({
    name: "picky",
    version: 1,
    of: [Account],
    key: ({ aggregateId }) => aggregateId,
    initial: { balance: 0 },
    on: { MoneyWithdrawn: ({ balance }, { amount }) => ({ balance: balance - amount }) },
  });
  const replayed = await replayParked(world.store, world.readModels, corrected, "ann");
  expect(replayed).toEqual({ replayed: 1, failed: undefined });
  expect(await parked()).toEqual([]);
  expect(await balance()).toBeUndefined();
});
