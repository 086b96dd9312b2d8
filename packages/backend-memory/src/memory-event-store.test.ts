import { getEventListeners } from "node:events";
import {
  defaultLimits,
  type EventStore,
  InvalidArgumentError,
  Lifetime,
  newEventId,
  noStream,
  type SubscriptionMessage,
  UnavailableError,
} from "@leftfold/core";
import { anAppend, anEvent, collect, someEvents } from "@leftfold/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryEventStore } from "./memory-event-store.ts";
import { MemoryLog } from "./memory-log.ts";

let log: MemoryLog;
let backendLifetime: Lifetime;
let store: EventStore;

beforeEach(() => {
  log = new MemoryLog("t", { clock: () => new Date(), newEventId });
  backendLifetime = new Lifetime();
  store = openStore();
});

function openStore(): MemoryEventStore {
  return new MemoryEventStore({ log, limits: defaultLimits, heartbeatMs: 60_000, lifetime: backendLifetime });
}

function iterate<T>(iterable: AsyncIterable<T>): AsyncIterator<T> {
  return iterable[Symbol.asyncIterator]();
}

/** A subscription that has said `caughtUp`, and now waits for its next message. */
async function waiting(options?: { signal: AbortSignal }): Promise<{
  messages: AsyncIterator<SubscriptionMessage>;
  next: Promise<IteratorResult<SubscriptionMessage>>;
}> {
  const messages = iterate(store.subscribe({ after: "head" }, options));
  await messages.next();
  const next = messages.next();
  await expect.poll(() => log.waiters.size).toBe(1);
  return { messages, next };
}

describe("an append", () => {
  test("is decided before the call returns, in order of arrival", async () => {
    const first = store.append(anAppend({ expected: noStream }));
    const second = store.append(anAppend({ expected: noStream }));
    expect(log.head).toBe(1n);
    await expect(first).resolves.toMatchObject({ lastGlobalNonce: 1n });
    await expect(second).rejects.toMatchObject({ code: "concurrency-conflict" });
  });

  test("never throws, whatever it is given", async () => {
    await expect(store.append(null as never)).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(store.append(anAppend(), { timeoutMs: -1 })).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(store.append(anAppend(), null as never)).rejects.toBeInstanceOf(InvalidArgumentError);
    expect(log.head).toBe(0n);
  });

  test("changes nothing when an id cannot be had for each of its events", async () => {
    let left = 2;
    const scarce = (): string => {
      if (left-- === 0) throw new Error("out of ids");
      return newEventId();
    };
    log = new MemoryLog("t", { clock: () => new Date(), newEventId: scarce });
    store = openStore();
    const request = anAppend({ events: someEvents(3), idempotencyKey: "k" });
    await expect(store.append(request)).rejects.toThrow("out of ids");
    expect(await store.head()).toBe(0n);
    left = 3;
    await expect(store.append(request)).resolves.toMatchObject({ lastGlobalNonce: 3n, replayed: false });
  });
});

describe("what was recorded", () => {
  const written = (): Parameters<typeof anEvent>[0] & object => ({
    payload: new Uint8Array([1, 2, 3]),
    tags: ["a"],
    metadata: { k: "v" },
    occurredAt: new Date(5),
  });

  test("does not change with what its writer still holds", async () => {
    const event = written();
    await store.append(anAppend({ events: [anEvent(event)] }));
    event.payload?.fill(9);
    (event.tags as string[]).push("b");
    (event.metadata as Record<string, string>)["k"] = "w";
    event.occurredAt?.setTime(6);
    expect(await collect(store.readAll())).toMatchObject([written()]);
  });

  test("is a copy where the payload is a view of a larger buffer", async () => {
    const buffer = Buffer.from([7, 1, 2, 3, 7]).subarray(1, 4);
    await store.append(anAppend({ events: [anEvent({ payload: buffer })] }));
    buffer.fill(9);
    const [event] = await collect(store.readAll());
    expect(event?.payload).toStrictEqual(new Uint8Array([1, 2, 3]));
    expect(event?.payload.buffer.byteLength).toBe(3);
  });

  test.each(["readAll", "readStream", "subscribe"] as const)(
    "does not change with what a reader does to what %s gave it",
    async (call) => {
      await store.append(anAppend({ events: [anEvent(written())] }));
      const read = async (): Promise<ReturnType<typeof written>> => {
        if (call === "readAll") return (await collect(store.readAll()))[0]!;
        const aggregate = { aggregateType: "order", aggregateId: "o1" };
        if (call === "readStream") return (await collect(store.readStream(aggregate)))[0]!;
        const [message] = await collect(store.subscribe(), { max: 1 });
        return message?.kind === "event" ? message.event : {};
      };
      const event = await read();
      event.payload?.fill(9);
      event.occurredAt?.setTime(6);
      expect(() => (event.tags as string[]).push("b")).toThrow(TypeError);
      expect(() => Object.assign(event.metadata!, { k: "w" })).toThrow(TypeError);
      expect(await read()).toMatchObject(written());
    },
  );

  test("answers a repeated key with the same result, whatever was done to the first one", async () => {
    const request = anAppend({ idempotencyKey: "k" });
    const first = await store.append(request);
    expect(() => Object.assign(first, { lastGlobalNonce: 9n })).toThrow(TypeError);
    expect(() => Object.assign(first.aggregates[0]!, { aggregateNonce: 9n })).toThrow(TypeError);
    expect(await store.append(request)).toEqual({ ...first, replayed: true });
  });
});

describe("a read", () => {
  test("gives what there was when its first event was asked for", async () => {
    await store.append(anAppend({ events: someEvents(2) }));
    for (const read of [
      store.readAll(),
      store.readAll({ query: { anyOf: [{ eventTypes: ["OrderPlaced"] }] } }),
    ]) {
      const events = iterate(read);
      await events.next();
      const { lastGlobalNonce } = await store.append(anAppend());
      let count = 1;
      while (!(await events.next()).done) count++;
      expect(BigInt(count)).toBe(lastGlobalNonce - 1n);
    }
  });

  test("lets timers and sockets have their turn", async () => {
    await store.append(anAppend({ events: someEvents(5_000) }));
    const seen: number[] = [];
    let count = 0;
    setImmediate(() => seen.push(count));
    for await (const _ of store.readAll()) count++;
    expect(count).toBe(5_000);
    expect(seen).toEqual([1024]);
  });

  test("ends with the signal's reason, also behind its last event", async () => {
    await store.append(anAppend());
    const caller = new AbortController();
    const events = iterate(store.readAll({}, { signal: caller.signal }));
    await events.next();
    const reason = new Error("enough");
    caller.abort(reason);
    await expect(events.next()).rejects.toBe(reason);
  });

  test("ends with unavailable when its handle is disposed", async () => {
    await store.append(anAppend({ events: someEvents(2) }));
    const events = iterate(store.readAll());
    await events.next();
    await store[Symbol.asyncDispose]();
    await expect(events.next()).rejects.toBeInstanceOf(UnavailableError);
  });

  test("under a deadline leaves no listener on the caller's signal, however it ends", async () => {
    await store.append(anAppend({ events: someEvents(3) }));
    const { signal } = new AbortController();
    const options = { signal, timeoutMs: 60_000 };
    await collect(store.readAll({}, options));
    await collect(store.readAll({}, options), { max: 1 });
    await collect(store.readAll({ maxCount: 2 }, options));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("a subscription", () => {
  const held = (signal: AbortSignal): readonly number[] => [
    log.waiters.size,
    backendLifetime.running,
    getEventListeners(signal, "abort").length,
  ];
  const nothing = [0, 0, 0];

  test("holds one waiter and one listener while it waits, and nothing once its loop is left", async () => {
    const { signal } = new AbortController();
    const { messages, next } = await waiting({ signal });
    expect(held(signal)).toEqual([1, 1, 1]);
    await store.append(anAppend());
    await next;
    expect(log.waiters.size).toBe(0);
    await messages.return?.();
    expect(held(signal)).toEqual(nothing);
  });

  test("that is left while it waits ends at once, and holds nothing", async () => {
    const { signal } = new AbortController();
    const { messages, next } = await waiting({ signal });
    await messages.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(held(signal)).toEqual(nothing);
  });

  test("that is aborted while it waits ends with the signal's reason, and holds nothing", async () => {
    const caller = new AbortController();
    const { next } = await waiting({ signal: caller.signal });
    const reason = new Error("enough");
    caller.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(held(caller.signal)).toEqual(nothing);
  });

  test("that is aborted between two events delivers no more", async () => {
    await store.append(anAppend({ events: someEvents(2) }));
    const caller = new AbortController();
    const messages = iterate(store.subscribe({}, { signal: caller.signal }));
    await messages.next();
    const reason = new Error("enough");
    caller.abort(reason);
    await expect(messages.next()).rejects.toBe(reason);
    expect(held(caller.signal)).toEqual(nothing);
  });

  test("that fails before it begins holds nothing", async () => {
    const { signal } = new AbortController();
    const bad = store.subscribe({ after: -1n }, { signal });
    await expect(iterate(bad).next()).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(iterate(store.subscribe({}, { signal, timeoutMs: 0 })).next()).rejects.toMatchObject({
      code: "invalid-argument",
    });
    const aborted = store.subscribe({}, { signal: AbortSignal.abort(new Error("enough")) });
    await expect(iterate(aborted).next()).rejects.toThrow("enough");
    expect(held(signal)).toEqual(nothing);
  });

  test("ends with unavailable when its handle is disposed, and other handles go on", async () => {
    const other = openStore();
    const { next } = await waiting();
    const caught = next.catch((error: unknown) => error);
    await store[Symbol.asyncDispose]();
    expect(await caught).toBeInstanceOf(UnavailableError);
    await expect(iterate(store.subscribe()).next()).rejects.toBeInstanceOf(UnavailableError);
    await other.append(anAppend());
    expect(await other.head()).toBe(1n);
  });

  test("ends with unavailable when the backend closes", async () => {
    const { next } = await waiting();
    backendLifetime.close();
    await expect(next).rejects.toBeInstanceOf(UnavailableError);
    await expect(store.head()).rejects.toBeInstanceOf(UnavailableError);
    expect(log.waiters.size).toBe(0);
  });
});
