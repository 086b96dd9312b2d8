import {
  type AppendResult,
  ConcurrencyConflictError,
  DeadlineExceededError,
  PermissionDeniedError,
  ResourceExhaustedError,
  UnavailableError,
} from "@leftfold/core";
import { beforeEach, describe, expect, test } from "vitest";
import { defaultRetryPolicy, type RetryPolicy } from "../retry/retry-policy.ts";
import { ManualClock, settled } from "../test-kit/manual-clock.ts";
import { AppendCoalescer, type AppendOutcome } from "./append-coalescer.ts";
import { type AppendOptions, defaultAppendOptions } from "./append-options.ts";

/** A call that the coalescer made, and its answer. */
interface Sent {
  readonly messages: readonly string[];
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  answer(...outcomes: AppendOutcome[]): Promise<void>;
  fail(error: unknown): Promise<void>;
}

let clock: ManualClock;
let sent: Sent[];
const owner = {};

function coalescer(options: Partial<AppendOptions> = {}, retry: Partial<RetryPolicy> = {}) {
  const closing = new AbortController();
  return new AppendCoalescer<string>({
    send: (messages, { signal, timeoutMs }) =>
      new Promise((resolve, reject) => {
        const then = (act: () => void): Promise<void> => (act(), settled());
        sent.push({
          messages,
          signal,
          timeoutMs,
          answer: (...outcomes) => then(() => resolve(outcomes)),
          fail: (error) => then(() => reject(error)),
        });
      }),
    options: { ...defaultAppendOptions, callsInFlightMax: 1, ...options },
    retry: { ...defaultRetryPolicy, ...retry },
    clock,
    closing: closing.signal,
  });
}

/** Appends, and notes the outcome. */
function append(
  to: AppendCoalescer<string>,
  message: string,
  options?: { signal?: AbortSignal; timeoutMs?: number },
) {
  const watched: { outcome: unknown } = { outcome: undefined };
  to.append({ message, byteCount: message.length }, owner, options).then(
    (result) => {
      watched.outcome = result;
    },
    (reason) => {
      watched.outcome = reason;
    },
  );
  return watched;
}

function result(nonce: bigint): AppendResult {
  return { firstGlobalNonce: nonce, lastGlobalNonce: nonce, aggregates: [], replayed: false };
}

const sentMessages = (): (readonly string[])[] => sent.map(({ messages }) => messages);

beforeEach(() => {
  clock = new ManualClock();
  sent = [];
});

describe("coalescing", () => {
  test("sends a lone append at once", async () => {
    append(coalescer(), "a");
    await settled();
    expect(sentMessages()).toEqual([["a"]]);
  });

  test("sends what was appended in the same turn together, and gives each its own outcome", async () => {
    const to = coalescer();
    const [a, b] = [append(to, "a"), append(to, "b")];
    await settled();
    expect(sentMessages()).toEqual([["a", "b"]]);
    const conflict = new ConcurrencyConflictError([]);
    await sent[0]?.answer(result(1n), conflict);
    expect(a.outcome).toEqual(result(1n));
    expect(b.outcome).toBe(conflict);
  });

  test("gathers what arrives while all calls are in flight for the next one", async () => {
    const to = coalescer({ callsInFlightMax: 2 });
    for (const message of ["a", "b", "c", "d"]) {
      append(to, message);
      await settled();
    }
    expect(sentMessages()).toEqual([["a"], ["b"]]);
    await sent[0]?.answer(result(1n));
    expect(sentMessages()).toEqual([["a"], ["b"], ["c", "d"]]);
  });

  test("bounds a call by count and by bytes, and sends alone what is larger", async () => {
    const to = coalescer({ callsInFlightMax: 9, appendsPerCallMax: 2, bytesPerCallMax: 4 });
    for (const message of ["a", "b", "c", "ddd", "ee", "fffffff", "g"]) append(to, message);
    await settled();
    expect(sentMessages()).toEqual([["a", "b"], ["c", "ddd"], ["ee"], ["fffffff"], ["g"]]);
  });

  test("refuses what finds the queue full, by count or by bytes, and says when to try again", async () => {
    const to = coalescer({ waitingAppendsMax: 2, waitingBytesMax: 10 });
    append(to, "in flight");
    await settled();
    append(to, "123456");
    expect(() => to.append({ message: "789ab", byteCount: 5 }, owner, undefined)).toThrow(
      /1 appends of 6 bytes/,
    );
    append(to, "789a");
    const full = () => to.append({ message: "", byteCount: 0 }, owner, undefined);
    expect(full).toThrow(ResourceExhaustedError);
    expect(full).toThrow(expect.objectContaining({ retryDelayMs: 100 }));
  });

  test("lets an append in that is larger than the whole queue, when it is the only one", async () => {
    const to = coalescer({ waitingBytesMax: 10 });
    append(to, "x".repeat(50));
    expect(() => to.append({ message: "y", byteCount: 1 }, owner, undefined)).toThrow(ResourceExhaustedError);
    await settled();
    expect(sentMessages()).toEqual([["x".repeat(50)]]);
  });
});

describe("abandoning an append", () => {
  test("takes one that waits out of the queue, unsent", async () => {
    const to = coalescer();
    append(to, "a");
    await settled();
    const controller = new AbortController();
    const b = append(to, "b", { signal: controller.signal });
    append(to, "c");
    controller.abort("enough");
    await sent[0]?.answer(result(1n));
    expect(b.outcome).toBe("enough");
    expect(sentMessages()).toEqual([["a"], ["c"]]);
  });

  test("rejects one in flight, while the others of its call go on", async () => {
    const to = coalescer();
    const controller = new AbortController();
    const a = append(to, "a", { signal: controller.signal });
    const b = append(to, "b");
    await settled();
    controller.abort("enough");
    await settled();
    expect(a.outcome).toBe("enough");
    expect(sent[0]?.signal.aborted).toBe(false);
    await sent[0]?.answer(result(1n), result(2n));
    expect([a.outcome, b.outcome]).toEqual(["enough", result(2n)]);
  });

  test("cancels a call that nobody waits for, without resting", async () => {
    const to = coalescer();
    const controller = new AbortController();
    append(to, "a", { signal: controller.signal });
    await settled();
    append(to, "b");
    controller.abort("enough");
    expect(sent[0]?.signal.aborted).toBe(true);
    await sent[0]?.fail(new UnavailableError("cancelled"));
    expect(clock.sleeps).toEqual([]);
    expect(sentMessages()).toEqual([["a"], ["b"]]);
  });

  test("rejects one whose time is up, with deadline-exceeded", async () => {
    const to = coalescer();
    const outcome = to.append({ message: "a", byteCount: 1 }, owner, { timeoutMs: 5 });
    await expect(outcome).rejects.toBeInstanceOf(DeadlineExceededError);
    expect(sent[0]?.signal.aborted).toBe(true);
  });

  test("rejects all of one owner, waiting and in flight, and leaves the others", async () => {
    const to = coalescer();
    const other = {};
    const a = append(to, "a");
    await settled();
    const b = append(to, "b");
    const c = to.append({ message: "c", byteCount: 1 }, other, undefined);
    to.abandon("closed", owner);
    await settled();
    expect([a.outcome, b.outcome]).toEqual(["closed", "closed"]);
    await sent[0]?.fail(new UnavailableError("cancelled"));
    expect(sentMessages()).toEqual([["a"], ["c"]]);
    await sent[1]?.answer(result(3n));
    expect(await c).toEqual(result(3n));
  });

  test("leaves no listener behind once an append has settled", async () => {
    const to = coalescer();
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    append(to, "a", { signal, timeoutMs: 60_000 });
    await settled();
    expect(listeners()).toBe(1);
    await sent[0]?.answer(result(1n));
    expect(listeners()).toBe(0);
  });
});

describe("the deadline that is sent along", () => {
  test("is the attempt's, unless every append's own passes before", async () => {
    const to = coalescer({ callsInFlightMax: 9, appendsPerCallMax: 2 }, { attemptTimeoutMs: 1_000 });
    append(to, "a", { timeoutMs: 300 });
    append(to, "b", { timeoutMs: 500 });
    append(to, "c", { timeoutMs: 100 });
    append(to, "d");
    append(to, "e", { timeoutMs: 5_000 });
    await settled();
    expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([500, 1_000, 1_000]);
    to.abandon("done");
  });
});

describe("repeating", () => {
  test("sends the same messages again after a failed call, first, after a jittered delay that grows", async () => {
    const to = coalescer();
    const a = append(to, "a");
    await settled();
    append(to, "b");
    await sent[0]?.fail(new UnavailableError("gone"));
    expect(sent.length).toBe(1);
    expect(clock.sleeps).toEqual([25]);
    await clock.pass(25);
    expect(sentMessages()).toEqual([["a"], ["a"]]);
    await sent[1]?.fail(new UnavailableError("gone"));
    expect(clock.sleeps).toEqual([25, 50]);
    await clock.pass(50);
    await sent[2]?.answer(result(1n));
    expect(a.outcome).toEqual(result(1n));
    expect(sentMessages()).toEqual([["a"], ["a"], ["a"], ["b"]]);
  });

  test("halves calls that fail, down to one append, and doubles them again as they succeed", async () => {
    const to = coalescer({ appendsPerCallMax: 8 });
    for (const message of "abcdefghijklm") append(to, message);
    await settled();
    for (let failures = 0; failures < 4; failures++) {
      await sent[failures]?.fail(new UnavailableError("gone"));
      await clock.pass(1_000);
    }
    await sent[4]?.answer(result(1n));
    await sent[5]?.answer(result(2n), result(3n));
    expect(sent.map(({ messages }) => messages.length)).toEqual([8, 4, 2, 1, 1, 2, 4]);
    expect(
      sentMessages()
        .map((messages) => messages.join(""))
        .slice(4),
    ).toEqual(["a", "bc", "defg"]);
  });

  test("puts off alone an append whose own outcome is retryable, for as long as the store asks and longer", async () => {
    const to = coalescer();
    const [a, b] = [append(to, "a"), append(to, "b")];
    await settled();
    await sent[0]?.answer(new ResourceExhaustedError("full", { retryDelayMs: 700 }), result(2n));
    expect(b.outcome).toEqual(result(2n));
    expect(clock.sleeps).toEqual([725]);
    append(to, "c");
    await settled();
    expect(sentMessages()).toEqual([["a", "b"], ["c"]]);
    await sent[1]?.answer(result(3n));
    await clock.pass(725);
    await sent[2]?.answer(result(4n));
    expect(a.outcome).toEqual(result(4n));
  });

  test("forgets an append that is abandoned while it is put off", async () => {
    const to = coalescer();
    const controller = new AbortController();
    const a = append(to, "a", { signal: controller.signal });
    append(to, "b");
    await settled();
    await sent[0]?.answer(new UnavailableError("closing"), result(2n));
    controller.abort("enough");
    await clock.pass(10_000);
    expect(a.outcome).toBe("enough");
    expect(sent.length).toBe(1);
  });

  test("rejects at once what is not worth repeating", async () => {
    const to = coalescer();
    const a = append(to, "a");
    await settled();
    const error = new PermissionDeniedError();
    await sent[0]?.fail(error);
    expect(a.outcome).toBe(error);
    expect(clock.sleeps).toEqual([]);
  });

  test("takes a failure that is none of the store's for a broken connection", async () => {
    const to = coalescer({}, { attemptsMax: 1 });
    const a = append(to, "a");
    await settled();
    await sent[0]?.fail(new TypeError("fetch failed"));
    expect(a.outcome).toBeInstanceOf(UnavailableError);
  });

  test("gives up after so many attempts, with the last error", async () => {
    const to = coalescer({}, { attemptsMax: 2 });
    const a = append(to, "a");
    await settled();
    await sent[0]?.fail(new UnavailableError("Gone."));
    await clock.pass(100);
    await sent[1]?.fail(new UnavailableError("Gone."));
    expect(a.outcome).toMatchObject({
      code: "unavailable",
      message: "Gone. Gave up after 2 attempts in 100 ms.",
    });
  });

  test("gives up when the store has been away for too long, also what was never sent", async () => {
    const to = coalescer({ appendsPerCallMax: 1 }, { retryTimeoutMs: 1_000 });
    const [a, b] = [append(to, "a"), append(to, "b")];
    await settled();
    await sent[0]?.fail(new UnavailableError("gone"));
    await clock.pass(990);
    const c = append(to, "c");
    await sent[1]?.fail(new UnavailableError("gone"));
    expect([a.outcome, b.outcome]).toEqual([expect.any(UnavailableError), expect.any(UnavailableError)]);
    expect(c.outcome).toBeUndefined();
  });

  test("gives up an append that the store puts off again and again", async () => {
    const to = coalescer({}, { retryTimeoutMs: 1_000 });
    const a = append(to, "a");
    append(to, "b");
    await settled();
    const full = new ResourceExhaustedError("full", { retryDelayMs: 800 });
    await sent[0]?.answer(full, result(1n));
    await clock.pass(900);
    expect(sentMessages()[1]).toEqual(["a"]);
    await sent[1]?.answer(full);
    expect(a.outcome).toBe(full);
  });
});

/** How many listeners a signal has. */
function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...parameters: Parameters<typeof addEventListener>) => {
    count++;
    addEventListener.apply(signal, parameters);
  };
  signal.removeEventListener = (...parameters: Parameters<typeof removeEventListener>) => {
    count--;
    removeEventListener.apply(signal, parameters);
  };
  return () => count;
}
