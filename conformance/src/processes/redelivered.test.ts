import { once } from "node:events";
import type { RecordedEvent } from "@leftfold/core";
import {
  defineProcess,
  type EffectCall,
  type Process,
  readModels,
  repository,
  runProcess,
  withContext,
} from "@leftfold/event-sourcing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type World, worlds } from "../projections/world.ts";
import { Transfer } from "./transfer.ts";

const timeoutMs = 30_000;

describe.each(worlds)("an event that is reacted to a second time, over $name,", ({ open }) => {
  let world: World;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  /** An effect that never ends when it runs first: all before it is done then, and the checkpoint not moved. */
  function interruption() {
    let runs = 0;
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const effect = async ({ signal }: EffectCall): Promise<void> => {
      if (++runs > 1) return;
      resolve();
      await once(signal, "abort");
      throw signal.reason;
    };
    return { effect, reached };
  }

  /** Reacts to a transfer, is stopped before the checkpoint, and is started again, by another. */
  async function reactTwice(process: Process, reached: Promise<void>, meanwhile = async () => {}) {
    const { store } = world;
    const run = (actorId: string) =>
      withContext({ actorId }, () => runProcess(store, world.readModels, process));
    const interrupted = run("one");
    await interrupted.caughtUp({ timeoutMs });
    await repository(store, Transfer).at("t1").request({ from: "ann", to: "bob", amount: 10 });
    await reached;
    await interrupted.stop();
    await meanwhile();
    await using again = run("two");
    await again.caughtUp({ timeoutMs });
    await again.caughtUp({ timeoutMs });
    expect(again.status().error).toBeUndefined();
  }

  async function log(type: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const query = { anyOf: [{ eventTypes: [type] }] };
    for await (const event of world.store.readAll({ query })) events.push(event);
    return events;
  }

  test("sets its timers once, although time has passed and somebody else runs it", async () => {
    const { effect, reached } = interruption();
    let nowMs = 1_900_000_000_000;
    const process = defineProcess({
      name: "setting-timers",
      version: 1,
      of: [Transfer],
      key: (event) => event.aggregateId,
      initial: {},
      on: {
        TransferRequested: (state, _, ask) => {
          ask.schedule("remind", { at: new Date(nowMs) });
          ask.effect(effect);
          return state;
        },
      },
      timers: { remind: (state) => state },
    });
    await reactTwice(process, reached, async () => {
      nowMs += 1_000;
    });
    const [scheduled, ...more] = await log("TimerScheduled");
    expect(scheduled?.aggregateId).toBe("t1");
    expect(more).toEqual([]);
  });

  test("has its command rejected once and for all, although it would be accepted now", async () => {
    const { effect, reached } = interruption();
    const process = defineProcess({
      name: "being-rejected",
      version: 1,
      of: [Transfer],
      key: (event) => event.aggregateId,
      initial: { rejection: "none" },
      on: {
        TransferRequested: (state, _, ask, { aggregateId }) => {
          ask.at(Transfer, `${aggregateId}-fee`).complete();
          ask.effect(effect);
          return state;
        },
      },
      rejected: (_, { key, command, rejection }) => ({ rejection: `${command} of ${key}: ${rejection}` }),
    });
    await reactTwice(process, reached, async () => {
      await repository(world.store, Transfer).at("t1-fee").request({ from: "ann", to: "bob", amount: 1 });
    });
    const { state } = (await readModels(world.readModels).of(process).get("t1"))!;
    expect(state).toEqual({ rejection: "Transfer.complete of t1: not-open" });
    const rejected = (await log("CommandRejected")).filter(({ aggregateId }) => aggregateId === "t1");
    expect(rejected).toHaveLength(1);
    expect(await log("TransferCompleted")).toEqual([]);
  });
});
