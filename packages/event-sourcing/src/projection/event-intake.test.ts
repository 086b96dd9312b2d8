import type { RecordedEvent, SubscriptionMessage } from "@leftfold/core";
import { expect, test } from "vitest";
import { EventIntake } from "./event-intake.ts";
import { recorded } from "./testing/recorded.ts";

const bounds = { eventsMax: 10, bytesMax: 1_000_000 };

function message(nonce: number): SubscriptionMessage {
  return { kind: "event", event: recorded({ globalNonce: BigInt(nonce) }) };
}

function nonces(events: readonly RecordedEvent[]): number[] {
  return events.map(({ globalNonce }) => Number(globalNonce));
}

/** A subscription that gives what it is told, and notes how far it was read. */
function scripted(messages: readonly SubscriptionMessage[], then: "end" | "fail" | "wait" = "wait") {
  const seen = { read: 0 };
  async function* subscribe(signal: AbortSignal): AsyncGenerator<SubscriptionMessage> {
    for (const each of messages) {
      seen.read++;
      yield each;
    }
    if (then === "fail") throw new Error("cut");
    if (then === "end") return;
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }
  return { seen, subscribe };
}

test("gives all that has arrived, at once", async () => {
  const { subscribe } = scripted([message(1), message(2), { kind: "caughtUp", globalNonce: 5n }]);
  await using intake = new EventIntake(0n, bounds, subscribe);
  const batch = await intake.take();
  expect(nonces(batch.events)).toEqual([1, 2]);
  expect(batch).toMatchObject({ to: 5n, caughtUp: true });
  expect(intake.isReady).toBe(false);
});

test("reads one batch ahead and no further, until that is taken", async () => {
  const { seen, subscribe } = scripted(Array.from({ length: 25 }, (_, i) => message(i + 1)));
  await using intake = new EventIntake(0n, bounds, subscribe);
  const first = await intake.take();
  expect(nonces(first.events)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const second = await intake.take();
  expect(second.to).toBe(20n);
  expect(seen.read).toBeLessThanOrEqual(21);
  expect(nonces((await intake.take()).events)).toEqual([21, 22, 23, 24, 25]);
});

test("bounds a batch by its bytes", async () => {
  const { subscribe } = scripted([message(1), message(2), message(3)]);
  await using intake = new EventIntake(0n, { eventsMax: 10, bytesMax: 1 }, subscribe);
  expect((await intake.take()).to).toBe(1n);
  expect((await intake.take()).to).toBe(2n);
});

test("takes a checkpoint for progress, and an old one for none", async () => {
  const { subscribe } = scripted([
    { kind: "checkpoint", globalNonce: 7n },
    { kind: "checkpoint", globalNonce: 7n },
  ]);
  await using intake = new EventIntake(7n, bounds, subscribe);
  expect(intake.isReady).toBe(false);
  await using later = new EventIntake(3n, bounds, subscribe);
  expect(await later.take()).toEqual({ events: [], to: 7n, caughtUp: false });
});

test("gives what came before an error, and then the error", async () => {
  const { subscribe } = scripted([message(1)], "fail");
  await using intake = new EventIntake(0n, bounds, subscribe);
  expect((await intake.take()).to).toBe(1n);
  await expect(intake.take()).rejects.toThrow("cut");
});

test("takes the end of a subscription for an error", async () => {
  const { subscribe } = scripted([], "end");
  await using intake = new EventIntake(0n, bounds, subscribe);
  await expect(intake.take()).rejects.toThrow("has ended");
});

test("tells who waits when it is left", async () => {
  const { subscribe } = scripted([]);
  const intake = new EventIntake(0n, bounds, subscribe);
  const waiting = expect(intake.take()).rejects.toThrow();
  await intake[Symbol.asyncDispose]();
  await waiting;
});

test("can be left while it is full", async () => {
  const { subscribe } = scripted([message(1), message(2)]);
  const intake = new EventIntake(0n, { eventsMax: 1, bytesMax: 1_000 }, subscribe);
  await intake.take();
  await intake[Symbol.asyncDispose]();
});
