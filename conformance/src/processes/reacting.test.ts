import { once } from "node:events";
import { type ReadModelCommit, UnavailableError } from "@leftfold/core";
import {
  defineProcess,
  type EffectCall,
  EventProcessingError,
  repository,
  runProcess,
} from "@leftfold/event-sourcing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type World, worlds } from "../projections/world.ts";
import { Transfer } from "./transfer.ts";
import { before } from "./watched.ts";

const timeoutMs = 30_000;

let world: World;
beforeEach(async () => {
  world = await worlds[0]!.open();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const request = (id: string) =>
  repository(world.store, Transfer).at(id).request({ from: "ann", to: "bob", amount: 1 });

/** Has an effect for each transfer, or two for some. */
function notifying(effect: (id: string, call: EffectCall) => Promise<void>, more: readonly string[] = []) {
  return defineProcess({
    name: "notifying",
    version: 1,
    of: [Transfer],
    key: (event) => event.aggregateId,
    initial: {},
    reactTo: "all",
    on: {
      TransferRequested: (state, _, ask, { aggregateId }) => {
        ask.effect((call) => effect(aggregateId, call));
        if (more.includes(aggregateId)) ask.effect((call) => effect(`${aggregateId}, again`, call));
        return state;
      },
    },
  });
}

test("begins a batch again only when everything that was under way for it has ended", async () => {
  const log: string[] = [];
  const { promise: isUnderWay, resolve } = Promise.withResolvers<void>();
  let isAway = true;
  const process = notifying(
    async (id, { signal }) => {
      log.push(id);
      if (!isAway) return;
      if (id === "away") {
        await isUnderWay;
        throw new UnavailableError("away");
      }
      resolve();
      await once(signal, "abort");
      isAway = false;
      log.push(`${id} ended`);
    },
    ["slow"],
  );
  await request("away");
  await request("slow");
  await using runner = runProcess(world.store, world.readModels, process, {
    onError: { retry: { attemptsMax: 1 } },
    restart: { baseDelayMs: 1 },
  });
  await runner.caughtUp({ timeoutMs });
  // What was done is not asked for twice in one attempt; what was not begun waits for the next.
  expect(log).toEqual(["away", "slow", "slow ended", "away", "slow", "slow, again"]);
});

test("stops at the first of several events that fail, whichever failed first", async () => {
  const { promise: laterFailed, resolve } = Promise.withResolvers<void>();
  const process = notifying(async (id) => {
    if (id === "later") setImmediate(resolve);
    else await laterFailed;
    throw new Error(id);
  });
  await request("first");
  await request("later");
  const onError = { retry: { attemptsMax: 1 } };
  await using runner = runProcess(world.store, world.readModels, process, { onError });
  const failure = await runner.ended().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EventProcessingError);
  expect(failure).toMatchObject({ globalNonce: 1n, cause: new Error("first") });
  expect(runner.status().checkpoint).toBe(0n);
});

test("takes the end of history from whoever runs it first", async () => {
  await request("t1");
  const seen: string[] = [];
  const process = {
    ...notifying(async (id) => void seen.push(id)),
    reactTo: "new" as const,
  };
  const isLive = ({ checkpoint }: ReadModelCommit) => checkpoint.name === "notifying:live";
  const raced = before(world.readModels, "commit", async (commit: ReadModelCommit) => {
    // Another runner was there before the first event was.
    if (isLive(commit)) await world.readModels.commit({ ...commit, to: 1n });
  });
  await using runner = runProcess(world.store, raced, process);
  await runner.caughtUp({ timeoutMs });
  expect(seen).toEqual(["t1"]);
});

test("does not begin when the end of its history cannot be kept", async () => {
  const full = before(world.readModels, "commit", () => {
    throw new Error("disk full");
  });
  await using runner = runProcess(
    world.store,
    full,
    notifying(async () => undefined),
  );
  await expect(runner.ended()).rejects.toThrow("disk full");
});
