import {
  ConcurrencyConflictError,
  DeadlineExceededError,
  type EventStore,
  EventStoreError,
  exact,
  noStream,
  UnavailableError,
} from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { collect } from "../builders/collect.ts";
import { anAppend, noneOf, someEvents } from "../builders/events.ts";
import { failure } from "../contract/failure.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { type InjectedFault, type UnreliableStoreOptions, unreliableStore } from "./unreliable-store.ts";

const calm: UnreliableStoreOptions = {
  seed: 1,
  conflictRate: 0,
  failureBeforeRate: 0,
  failureAfterRate: 0,
  brokenReadRate: 0,
  delayRate: 0,
  faultsInARowMax: Number.POSITIVE_INFINITY,
};

function soundStore(): EventStore {
  return referenceBackend().tenant("t");
}

/**
 * Appends so many events to one aggregate, as an application would: it repeats what failed, and looks again
 * after a conflict.
 */
async function appendAll(store: EventStore, count: number, keys: boolean): Promise<void> {
  for (let i = 0; i < count; i++) {
    const payload = Uint8Array.of(i);
    for (;;) {
      try {
        const nonce = BigInt(
          (await collect(store.readStream({ aggregateType: "order", aggregateId: "o1" }))).length,
        );
        await appendOne(store, nonce, payload, keys ? `${i} at ${nonce}` : undefined);
        break;
      } catch (error) {
        if (!(error instanceof EventStoreError)) throw error;
      }
    }
  }
}

async function appendOne(
  store: EventStore,
  nonce: bigint,
  payload: Uint8Array,
  idempotencyKey: string | undefined,
): Promise<void> {
  const events = someEvents(1, { payload });
  const request = anAppend({ expected: exact(nonce), events });
  for (;;) {
    try {
      await store.append(idempotencyKey === undefined ? request : { ...request, idempotencyKey });
      return;
    } catch (error) {
      if (idempotencyKey === undefined || !(error instanceof UnavailableError)) throw error;
    }
  }
}

async function payloads(store: EventStore): Promise<number[]> {
  return (await collect(store.readAll())).map(({ payload }) => payload[0]!);
}

describe("an unreliable store", () => {
  test("records each append once, for an application that repeats under the same key", async () => {
    for (const seed of [1, 2, 3]) {
      const sound = soundStore();
      const store = unreliableStore(sound, { seed, delayMsMax: 1 });
      await appendAll(store, 50, true);
      expect(await payloads(sound)).toEqual(Array.from({ length: 50 }, (_, i) => i));
      const kinds: InjectedFault[] = ["conflict", "failure before", "failure after", "broken read", "delay"];
      expect([...new Set(store.faults)].sort()).toEqual(kinds.sort());
    }
  });

  test("finds an application that repeats without a key: it records twice", async () => {
    const sound = soundStore();
    await appendAll(unreliableStore(sound, { seed: 1, delayMsMax: 1 }), 50, false);
    expect((await payloads(sound)).length).toBeGreaterThan(50);
  });

  test("does the same for the same seed, and tells the seed that it drew itself", async () => {
    const run = async (seed?: number) => {
      const store = unreliableStore(soundStore(), { seed, delayMsMax: 1 });
      await appendAll(store, 20, true);
      return store;
    };
    const first = await run();
    expect((await run(first.seed)).faults).toEqual(first.faults);
    expect((await run(first.seed + 1)).faults).not.toEqual(first.faults);
  });

  test("lets a call through after so many failures in a row", async () => {
    const store = unreliableStore(soundStore(), { ...calm, failureBeforeRate: 1, faultsInARowMax: 2 });
    for (let i = 0; i < 3; i++) {
      await expect(store.append(anAppend())).rejects.toBeInstanceOf(UnavailableError);
      await expect(store.append(anAppend())).rejects.toBeInstanceOf(UnavailableError);
      await store.append(anAppend());
    }
  });
});

describe("each fault by itself", () => {
  test("a conflict names what the writer has looked at, and writes nothing", async () => {
    const store = unreliableStore(soundStore(), { ...calm, conflictRate: 1 });
    const request = anAppend({ expected: exact(0n), conditions: [noneOf([{}]), noneOf([{}], 7n)] });
    const error = await failure(() => store.append(request));
    expect(error).toBeInstanceOf(ConcurrencyConflictError);
    expect((error as ConcurrencyConflictError).violations).toMatchObject([
      { kind: "expectation", aggregateId: "o1", actual: 1n },
      { kind: "condition", index: 1, globalNonce: 8n },
    ]);
    expect(await store.head()).toBe(0n);
  });

  test("there is no conflict for an append that has looked at nothing", async () => {
    const store = unreliableStore(soundStore(), { ...calm, conflictRate: 1 });
    await store.append(anAppend({ expected: noStream, conditions: [noneOf([{ tags: ["t"] }])] }));
    await store.append(anAppend());
    expect(store.faults).toEqual([]);
  });

  test("a failure before does nothing, a failure after comes too late, and the key tells", async () => {
    const sound = soundStore();
    const before = unreliableStore(sound, { ...calm, failureBeforeRate: 1 });
    await expect(before.append(anAppend())).rejects.toBeInstanceOf(UnavailableError);
    await expect(before.head()).rejects.toBeInstanceOf(UnavailableError);
    expect(await sound.head()).toBe(0n);

    const after = unreliableStore(sound, { ...calm, failureAfterRate: 1, faultsInARowMax: 1 });
    const request = { ...anAppend({ expected: exact(0n) }), idempotencyKey: "k" };
    await expect(after.append(request)).rejects.toBeInstanceOf(UnavailableError);
    expect(await sound.head()).toBe(1n);
    expect(await after.append(request)).toMatchObject({ replayed: true });
    expect(await sound.head()).toBe(1n);
  });

  test("there is no conflict for an append that took effect, when it is repeated", async () => {
    const store = unreliableStore(soundStore(), { ...calm, conflictRate: 1, faultsInARowMax: 1 });
    const request = { ...anAppend({ expected: exact(0n) }), idempotencyKey: "k" };
    await expect(store.append(request)).rejects.toBeInstanceOf(ConcurrencyConflictError);
    expect(await store.append(request)).toMatchObject({ replayed: false });
    expect(await store.append(request)).toMatchObject({ replayed: true });
  });

  test("a broken read gives the first events, in order, and fails", async () => {
    const sound = soundStore();
    await sound.append(anAppend({ events: someEvents(30) }));
    const store = unreliableStore(sound, { ...calm, brokenReadRate: 1 });
    const lengths = new Set<number>();
    for (let i = 0; i < 30; i++) {
      const seen: bigint[] = [];
      const error = await failure(async () => {
        for await (const { globalNonce } of store.readAll()) seen.push(globalNonce);
      });
      expect(error).toBeInstanceOf(UnavailableError);
      expect(seen).toEqual(seen.map((_, index) => BigInt(index + 1)));
      lengths.add(seen.length);
    }
    expect(lengths.size).toBeGreaterThan(5);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(10);
    await expect(collect(store.subscribe())).rejects.toBeInstanceOf(UnavailableError);
  });

  test("a delay ends when its caller gives up", async () => {
    const store = unreliableStore(soundStore(), { ...calm, delayRate: 1, delayMsMax: 2 ** 30 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const waiting = failure(() => store.head({ signal: controller.signal }));
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await failure(() => store.head({ timeoutMs: 5 }))).toBeInstanceOf(DeadlineExceededError);
    expect(store.faults).toEqual(["delay", "delay"]);
  });

  test("without any, it is the store that it was given", async () => {
    await using store = unreliableStore(soundStore(), calm);
    await store.append(anAppend({ events: someEvents(3) }));
    expect(await store.head()).toBe(3n);
    expect(await collect(store.readAll())).toHaveLength(3);
    expect(await collect(store.subscribe(), { max: 3 })).toHaveLength(3);
    expect(store.faults).toEqual([]);
  });
});
