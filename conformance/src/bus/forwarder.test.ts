import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import {
  type EventStore,
  type ReadModelStore,
  ResourceExhaustedError,
  UnavailableError,
} from "@leftfold/core";
import {
  cloudEventOf,
  type Forwarder,
  type ForwarderOptions,
  forwarder,
  type RetryClock,
} from "@leftfold/event-sourcing";
import { freshSeed, SeededRandom } from "@leftfold/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { appendSome, numbers } from "./numbered-log.ts";
import { RecordingSink } from "./recording-sink.ts";

let store: EventStore;
let readModels: ReadModelStore;
let sink: RecordingSink;

beforeEach(() => {
  store = memoryBackend().tenant("shop");
  readModels = memoryReadModels();
  sink = new RecordingSink();
});

/** A forwarder that loses no time. */
function start(fields: Partial<ForwarderOptions> = {}): Forwarder {
  const retry = { baseDelayMs: 1, delayMaxMs: 2, ...fields.retry };
  return forwarder({ name: "orders", store, readModels, sink, standbyMs: 1, ...fields, retry });
}

/** A sleep that only its signal ends. */
function untilAborted(_ms: number, signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
}

/** The same read models, with another way to commit. */
function withCommit(inner: ReadModelStore, commit: ReadModelStore["commit"]): ReadModelStore {
  return new Proxy(inner, {
    get(target, name) {
      if (name === "commit") return commit;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function storedCheckpoint(name = "orders"): Promise<bigint> {
  return readModels.checkpoint({ name: `forwarder:${name}`, version: 1 });
}

describe("what a forwarder forwards", () => {
  test("is everything, in order, from the start and as it comes", async () => {
    await appendSome(store, 10);
    await using forwarding = start();
    await forwarding.waitFor(10n);
    await expect.poll(() => forwarding.status().state).toBe("live");
    await appendSome(store, 5);
    await forwarding.waitFor(15n);
    expect(sink.all).toEqual(numbers(1, 15));
    expect(forwarding.status()).toEqual({
      state: "live",
      checkpoint: 15n,
      forwarded: 15,
      failures: 0,
      lastError: undefined,
    });
    expect(await forwarding.lag()).toBe(0n);
    expect(await storedCheckpoint()).toBe(15n);
  });

  test("is what comes from the first run on, when it is to begin at the head", async () => {
    await appendSome(store, 3);
    await using forwarding = start({ from: "head" });
    await forwarding.waitFor(3n);
    await appendSome(store, 2);
    await forwarding.waitFor(5n);
    expect(sink.all).toEqual(["4", "5"]);
  });

  test("is everything that came since the first run, also when nothing was there at that time", async () => {
    const first = start({ from: "head" });
    await expect.poll(() => first.status().state).toBe("live");
    await first[Symbol.asyncDispose]();
    await appendSome(store, 2);
    await using second = start({ from: "head" });
    await second.waitFor(2n);
    expect(sink.all).toEqual(["1", "2"]);
  });

  test("is what the query selects and the envelope does not keep back", async () => {
    await using forwarding = start({
      query: { anyOf: [{ eventTypes: ["Even"] }] },
      envelope: (event) =>
        event.aggregateId === "o0" ? undefined : cloudEventOf(event, { source: "urn:s" }),
    });
    await appendSome(store, 6);
    await forwarding.waitFor(6n);
    // Even ones have the nonces 1, 3 and 5, of the aggregates o0, o2 and o1.
    expect(sink.all).toEqual(["3", "5"]);
    expect(await storedCheckpoint()).toBe(6n);
  });

  test("is forwarded again under another name", async () => {
    await appendSome(store, 2);
    await using one = start();
    await using other = start({ name: "others" });
    await Promise.all([one.waitFor(2n), other.waitFor(2n)]);
    expect(sink.all.toSorted()).toEqual(["1", "1", "2", "2"]);
  });
});

describe("batches", () => {
  test("take what has come meanwhile, up to their bounds", async () => {
    // Meanwhile everything that is ready to come does.
    sink.interfere = () => new Promise((resolve) => setImmediate(resolve));
    await appendSome(store, 10);
    await using forwarding = start({ batchEventsMax: 4 });
    await forwarding.waitFor(10n);
    expect(sink.all).toEqual(numbers(1, 10));
    expect(sink.batches.slice(1).map((batch) => batch.length)).toContain(4);
    expect(Math.max(...sink.batches.map((batch) => batch.length))).toBe(4);
  });

  test("end with the event that takes them to their bytes", async () => {
    await appendSome(store, 4);
    await using forwarding = start({ batchBytesMax: 1 });
    await forwarding.waitFor(4n);
    expect(sink.batches).toEqual([["1"], ["2"], ["3"], ["4"]]);
  });
});

describe("a sink that fails", () => {
  test("gets the same events again until it has them, and nothing that follows before", async () => {
    await appendSome(store, 5);
    let failures = 3;
    sink.interfere = (events, take) => {
      if (failures-- <= 0) return;
      take(events.slice(0, 2));
      throw new UnavailableError("The broker is gone.");
    };
    await using forwarding = start();
    await forwarding.waitFor(5n);
    expect(sink.distinct).toEqual(numbers(1, 5));
    expect(sink.batches.slice(0, 4).map(([first]) => first)).toEqual(["1", "1", "1", "1"]);
    expect(forwarding.status()).toMatchObject({ failures: 0, lastError: { code: "unavailable" } });
  });

  test("is given up after so many failures in a row", async () => {
    await appendSome(store, 1);
    const gone = new Error("The broker is gone.");
    sink.interfere = () => Promise.reject(gone);
    await using forwarding = start({ retry: { attemptsMax: 3 } });
    const waiting = forwarding.waitFor(1n);
    await expect(forwarding.done).rejects.toBe(gone);
    await expect(waiting).rejects.toBe(gone);
    await expect(forwarding.waitFor(1n)).rejects.toBe(gone);
    expect(forwarding.status()).toMatchObject({ state: "failed", failures: 3, lastError: gone });
    expect(await storedCheckpoint()).toBe(0n);
    expect(await forwarding.lag()).toBe(1n);
  });

  test("is given up at once when it says that a repetition cannot help", async () => {
    await appendSome(store, 1);
    sink.interfere = () => Promise.reject(Object.assign(new Error("Too large."), { retryable: false }));
    await using forwarding = start();
    await expect(forwarding.done).rejects.toThrow("Too large.");
    expect(forwarding.status().failures).toBe(1);
  });

  test("is given the time that it asks for", async () => {
    await appendSome(store, 1);
    let failures = 1;
    sink.interfere = () => {
      if (failures-- > 0) throw new ResourceExhaustedError("Busy.", { retryDelayMs: 60_000 });
    };
    const waits: number[] = [];
    const clock: RetryClock = {
      sleep: async (ms) => void waits.push(ms),
      random: () => 0.5,
    };
    await using forwarding = start({ clock });
    await forwarding.waitFor(1n);
    expect(waits).toEqual([60_000]);
  });

  test("is tried again after longer and longer waits, with jitter", async () => {
    await appendSome(store, 1);
    sink.interfere = () => Promise.reject(new Error("Gone."));
    const waits: number[] = [];
    const clock: RetryClock = {
      sleep: async (ms) => void waits.push(ms),
      random: () => 0.5,
    };
    await using forwarding = forwarder({ name: "orders", store, readModels, sink, clock });
    await expect(forwarding.done).rejects.toThrow("Gone.");
    expect(waits.slice(0, 4)).toEqual([50, 100, 200, 400]);
    expect(waits.slice(-2)).toEqual([15_000, 15_000]);
    expect(waits).toHaveLength(99);
  });

  test("does not hold up the forwarder for ever", async () => {
    await appendSome(store, 1);
    let stuck = true;
    sink.interfere = () => {
      if (!stuck) return;
      stuck = false;
      return new Promise(() => {});
    };
    await using forwarding = start({ publishTimeoutMs: 5 });
    await forwarding.waitFor(1n);
    expect(forwarding.status().lastError).toMatchObject({ code: "deadline-exceeded" });
  });
});

describe("a forwarder that ends", () => {
  test("lets the batch end that is on its way", async () => {
    await appendSome(store, 1);
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    sink.interfere = () => {
      begin();
      return opened;
    };
    const forwarding = start({ closeTimeoutMs: 60_000 });
    await begun;
    const closing = forwarding[Symbol.asyncDispose]();
    open();
    await closing;
    await forwarding.done;
    expect(await storedCheckpoint()).toBe(1n);
    expect(forwarding.status().state).toBe("stopped");
    await expect(forwarding.waitFor(2n)).rejects.toMatchObject({ code: "unavailable" });
  });

  test("cuts off a batch that takes too long, and the next one sends it again", async () => {
    await appendSome(store, 1);
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    sink.interfere = (_events, _take, signal) => {
      begin();
      return new Promise((_resolve, reject) =>
        signal?.addEventListener("abort", () => reject(signal.reason)),
      );
    };
    const forwarding = start({ closeTimeoutMs: 1 });
    await begun;
    await forwarding[Symbol.asyncDispose]();
    expect(await storedCheckpoint()).toBe(0n);
    sink.interfere = () => {};
    await using next = start();
    await next.waitFor(1n);
    expect(sink.all).toEqual(["1"]);
  });

  test("ends while it waits: for events, for better times, and for its turn", async () => {
    await appendSome(store, 1);
    sink.interfere = () => Promise.reject(new Error("Gone."));
    const clock: RetryClock = { sleep: untilAborted, random: () => 0 };
    const retrying = start({ clock });
    await expect.poll(() => retrying.status().state).toBe("retrying");
    await retrying[Symbol.asyncDispose]();
    expect(retrying.status().state).toBe("stopped");
    const controller = new AbortController();
    const idle = start({ name: "idle", query: { anyOf: [{ tags: ["none"] }] } });
    await idle.waitFor(1n);
    const waiting = idle.waitFor(2n, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(idle.waitFor(2n, { timeoutMs: 1 })).rejects.toMatchObject({ code: "deadline-exceeded" });
    await idle[Symbol.asyncDispose]();
    expect(idle.status().state).toBe("stopped");
  });
});

describe("two forwarders of one name", () => {
  test("take turns: one works while the other stands by, and follows when it is closed", async () => {
    const first = start();
    await using second = start();
    await appendSome(store, 20);
    await Promise.all([first.waitFor(20n), second.waitFor(20n)]);
    const other = [first, second].find((one) => one.status().state === "standing-by");
    for (const one of [first, second]) if (one !== other) await one[Symbol.asyncDispose]();
    await appendSome(store, 5);
    const left = other ?? second;
    if (left === first) await first.waitFor(25n);
    else await second.waitFor(25n);
    await first[Symbol.asyncDispose]();
    expect(sink.distinct).toEqual(numbers(1, 25));
  });

  test("never both move the checkpoint: who comes late stands by until the other stands still", async () => {
    await appendSome(store, 1);
    const id = { name: "forwarder:orders", version: 1 };
    sink.interfere = async () => {
      sink.interfere = () => {};
      await readModels.commit({ checkpoint: id, from: 0n, to: 1n, writes: [] });
    };
    await using late = start();
    await expect.poll(() => late.status().state).toBe("standing-by");
    expect(late.status().lastError).toMatchObject({ code: "checkpoint-conflict", actual: 1n });
    await expect.poll(() => late.status().checkpoint).toBe(1n);
    await appendSome(store, 1);
    await late.waitFor(2n);
    expect(sink.all).toEqual(["1", "2"]);
  });
});

test("nothing is left out or comes out of turn, whoever fails and whenever", async () => {
  const random = new SeededRandom(freshSeed());
  const rounds = 60;
  let healthy = false;
  sink.interfere = (events, take) => {
    if (healthy || random.chance(0.6)) return;
    take(events.slice(0, random.below(events.length + 1)));
    throw new UnavailableError("The broker is gone.");
  };
  const unsteady = withCommit(readModels, async (commit) => {
    if (!healthy && random.chance(0.2)) throw new UnavailableError("Gone before.");
    await readModels.commit(commit);
    if (!healthy && random.chance(0.2)) throw new UnavailableError("Gone afterwards.");
  });
  for (let round = 0; round < rounds; round++) {
    const pair = [start({ readModels: unsteady, batchEventsMax: 3 }), start({ readModels: unsteady })];
    await appendSome(store, 4);
    if (round === rounds - 1) healthy = true;
    const position = BigInt(healthy ? 4 * rounds : random.below(4 * round + 4));
    await Promise.all(pair.map((one) => one.waitFor(position)));
    await Promise.all(pair.map((one) => one[Symbol.asyncDispose]()));
  }
  expect(sink.distinct, `seed ${random.seed}`).toEqual(numbers(1, 4 * rounds));
});
