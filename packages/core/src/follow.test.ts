import { expect, test } from "vitest";
import {
  type FollowedLog,
  type FollowedPage,
  type FollowMessage,
  follow,
  liveCheckpointMs,
} from "./follow.ts";

/**
 * What a scripted log does next: it has a page after the position, or nothing; or a wait ends, with or
 * without news.
 */
type Step =
  | { after: bigint; batch?: string; lastDelivered?: bigint; scannedTo: bigint; live?: boolean }
  | { after: bigint; nothing: true }
  | { wait: bigint };

class ScriptedLog implements FollowedLog<string> {
  readonly #steps: Step[];
  readonly timeouts: number[] = [];

  constructor(steps: Step[]) {
    this.#steps = [...steps];
  }

  async readAfter(position: bigint): Promise<FollowedPage<string>> {
    const step = this.#next();
    if (!("after" in step) || step.after !== position) throw new Error(`unscripted read after ${position}`);
    if ("nothing" in step) return { batch: undefined, lastDelivered: 0n, scannedTo: position, live: true };
    const { batch, scannedTo, lastDelivered = scannedTo, live = false } = step;
    return { batch, lastDelivered, scannedTo, live };
  }

  async waitBeyond(position: bigint, timeoutMs: number): Promise<void> {
    const step = this.#next();
    if (!("wait" in step) || step.wait !== position) throw new Error(`unscripted wait at ${position}`);
    this.timeouts.push(timeoutMs);
  }

  #next(): Step {
    const step = this.#steps.shift();
    if (step === undefined) throw new Error("the script is over");
    return step;
  }
}

async function messagesOf(steps: Step[], after = 0n): Promise<readonly FollowMessage<string>[]> {
  const messages: FollowMessage<string>[] = [];
  const log = new ScriptedLog(steps);
  try {
    for await (const message of follow(log, { after, heartbeatMs: 7, signal: undefined }))
      messages.push(message);
  } catch (error) {
    expect((error as Error).message).toBe("the script is over");
  }
  expect(log.timeouts.every((timeoutMs) => timeoutMs === 7)).toBe(true);
  return messages;
}

const batch = (text: string): FollowMessage<string> => ({ kind: "batch", batch: text });
const checkpoint = (globalNonce: bigint): FollowMessage<string> => ({ kind: "checkpoint", globalNonce });
const caughtUp = (globalNonce: bigint): FollowMessage<string> => ({ kind: "caughtUp", globalNonce });

test("delivers history page by page, says when it has caught up, and goes on with what is live", async () => {
  const messages = await messagesOf(
    [
      { after: 3n, batch: "4-5", scannedTo: 5n },
      { after: 5n, batch: "6", scannedTo: 6n },
      { after: 6n, nothing: true },
      { wait: 6n },
      { after: 6n, batch: "7", scannedTo: 7n, live: true },
      { after: 7n, nothing: true },
      { wait: 7n },
    ],
    3n,
  );
  expect(messages).toEqual([batch("4-5"), batch("6"), caughtUp(6n), batch("7")]);
});

test("an empty log is caught up with at once", async () => {
  expect(await messagesOf([{ after: 0n, nothing: true }, { wait: 0n }])).toEqual([caughtUp(0n)]);
});

test("a checkpoint tells of events that do not match, with or without a batch before them", async () => {
  const messages = await messagesOf([
    { after: 0n, scannedTo: 100n },
    { after: 100n, batch: "101", lastDelivered: 101n, scannedTo: 150n },
    { after: 150n, batch: "151-200", lastDelivered: 200n, scannedTo: 200n },
    { after: 200n, nothing: true },
  ]);
  expect(messages).toEqual([
    checkpoint(100n),
    batch("101"),
    checkpoint(150n),
    batch("151-200"),
    caughtUp(200n),
  ]);
});

test("live events that do not match are settled at once, and then together with those that follow at once", async () => {
  const log = new ScriptedLog([
    { after: 0n, nothing: true },
    { wait: 0n },
    { after: 0n, scannedTo: 1n, live: true },
    { after: 1n, scannedTo: 2n, live: true },
    { after: 2n, batch: "3", lastDelivered: 3n, scannedTo: 4n, live: true },
    { after: 4n, nothing: true },
    { wait: 4n },
    { after: 4n, nothing: true },
    { wait: 4n },
    { after: 4n, batch: "5", scannedTo: 5n, live: true },
    { after: 5n, nothing: true },
    { wait: 5n },
  ]);
  const messages: FollowMessage<string>[] = [];
  const following = follow(log, { after: 0n, heartbeatMs: 60_000, signal: undefined });
  await expect(
    (async () => {
      for await (const message of following) messages.push(message);
    })(),
  ).rejects.toThrow("the script is over");
  expect(messages).toEqual([caughtUp(0n), checkpoint(1n), batch("3"), checkpoint(4n), batch("5")]);
  const [idle, owing, told, delivered] = log.timeouts;
  expect([idle, told, delivered]).toEqual([60_000, 60_000, 60_000]);
  expect(owing).toBeLessThanOrEqual(liveCheckpointMs);
});

test("a wait without news gives a heartbeat, each time", async () => {
  const messages = await messagesOf([
    { after: 0n, nothing: true },
    { wait: 0n },
    { after: 0n, nothing: true },
    { wait: 0n },
    { after: 0n, nothing: true },
    { wait: 0n },
    { after: 0n, batch: "1", scannedTo: 1n, live: true },
    { after: 1n, nothing: true },
    { wait: 1n },
    { after: 1n, nothing: true },
  ]);
  expect(messages).toEqual([caughtUp(0n), checkpoint(0n), checkpoint(0n), batch("1"), checkpoint(1n)]);
});

test("caughtUp is said again after falling behind, and only then", async () => {
  const messages = await messagesOf([
    { after: 0n, nothing: true },
    { wait: 0n },
    { after: 0n, batch: "live", scannedTo: 1n, live: true },
    { after: 1n, nothing: true },
    { wait: 1n },
    { after: 1n, batch: "from storage", scannedTo: 300n },
    { after: 300n, batch: "live again", scannedTo: 301n, live: true },
    { after: 301n, nothing: true },
    { wait: 301n },
  ]);
  expect(messages).toEqual([
    caughtUp(0n),
    batch("live"),
    batch("from storage"),
    batch("live again"),
    caughtUp(301n),
  ]);
});

test("an abort between two messages ends it with the signal's reason", async () => {
  const caller = new AbortController();
  const log = new ScriptedLog([{ after: 0n, batch: "1", scannedTo: 1n }]);
  const messages = follow(log, { after: 0n, heartbeatMs: 7, signal: caller.signal });
  await messages.next();
  const reason = new Error("enough");
  caller.abort(reason);
  await expect(messages.next()).rejects.toBe(reason);
});

test("the signal is handed to the log, which may wait with it", async () => {
  const { signal } = new AbortController();
  const signals: unknown[] = [];
  const messages = follow<string>(
    {
      readAfter: async (position, given) => {
        signals.push(given);
        return { batch: undefined, lastDelivered: position, scannedTo: position, live: true };
      },
      waitBeyond: async (_position, _timeoutMs, given) => {
        signals.push(given);
      },
    },
    { after: 0n, heartbeatMs: 7, signal },
  );
  await messages.next();
  await messages.next();
  expect(signals).toEqual([signal, signal, signal]);
});

test("nothing is read ahead of the consumer", async () => {
  const log = new ScriptedLog([{ after: 0n, batch: "1", scannedTo: 1n }]);
  const messages = follow(log, { after: 0n, heartbeatMs: 7, signal: undefined });
  expect(await messages.next()).toEqual({ done: false, value: batch("1") });
  expect(await messages.return(undefined as never)).toEqual({ done: true, value: undefined });
});
