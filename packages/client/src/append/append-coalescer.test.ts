import {
  ConcurrencyConflictError,
  DeadlineExceededError,
  ResourceExhaustedError,
  UnavailableError,
} from "@leftfold/core";
import { beforeEach, describe, expect, test } from "vitest";
import { CoalescerWatch, resultAt } from "../test-kit/coalescer-watch.ts";
import { settled } from "../test-kit/manual-clock.ts";

let watch: CoalescerWatch;
beforeEach(() => {
  watch = new CoalescerWatch();
});

describe("coalescing", () => {
  test("sends a lone append at once", async () => {
    watch.append(watch.open(), "a");
    await settled();
    expect(watch.messages()).toEqual([["a"]]);
  });

  test("sends what was appended in the same turn together, and gives each its own outcome", async () => {
    const to = watch.open();
    const [a, b] = [watch.append(to, "a"), watch.append(to, "b")];
    await settled();
    expect(watch.messages()).toEqual([["a", "b"]]);
    const conflict = new ConcurrencyConflictError([]);
    await watch.sent[0]?.answer(resultAt(1n), conflict);
    expect(a.outcome).toEqual(resultAt(1n));
    expect(b.outcome).toBe(conflict);
  });

  test("gathers what arrives while all calls are in flight for the next one", async () => {
    const to = watch.open({ callsInFlightMax: 2 });
    for (const message of ["a", "b", "c", "d"]) {
      watch.append(to, message);
      await settled();
    }
    expect(watch.messages()).toEqual([["a"], ["b"]]);
    await watch.sent[0]?.answer(resultAt(1n));
    expect(watch.messages()).toEqual([["a"], ["b"], ["c", "d"]]);
  });

  test("sends half of many that wait, so that the store has work while the others are prepared", async () => {
    const to = watch.open({ callsInFlightMax: 2 });
    for (let i = 0; i < 100; i++) watch.append(to, "m");
    await settled();
    const sizes = (): number[] => watch.sent.map(({ messages }) => messages.length);
    expect(sizes()).toEqual([50, 50]);
    for (let i = 0; i < 40; i++) watch.append(to, "n");
    await settled();
    await watch.sent[0]!.answer(...Array.from({ length: 50 }, () => resultAt(1n)));
    // 40 wait and 50 are in flight: all 40 are not more than half.
    expect(sizes()).toEqual([50, 50, 40]);
  });

  test("bounds a call by count and by bytes, and sends alone what is larger", async () => {
    const to = watch.open({ callsInFlightMax: 9, appendsPerCallMax: 2, bytesPerCallMax: 4 });
    for (const message of ["a", "b", "c", "ddd", "ee", "fffffff", "g"]) watch.append(to, message);
    await settled();
    expect(watch.messages()).toEqual([["a", "b"], ["c", "ddd"], ["ee"], ["fffffff"], ["g"]]);
  });

  test("refuses what finds the queue full, by count or by bytes, and says when to try again", async () => {
    const to = watch.open({ waitingAppendsMax: 2, waitingBytesMax: 10 });
    watch.append(to, "in flight");
    await settled();
    watch.append(to, "123456");
    expect(() => to.append({ message: "789ab", byteCount: 5 }, watch.owner, undefined)).toThrow(
      /1 appends of 6 bytes/,
    );
    watch.append(to, "789a");
    const full = () => to.append({ message: "", byteCount: 0 }, watch.owner, undefined);
    expect(full).toThrow(ResourceExhaustedError);
    expect(full).toThrow(expect.objectContaining({ retryDelayMs: 100 }));
  });

  test("lets an append in that is larger than the whole queue, when it is the only one", async () => {
    const to = watch.open({ waitingBytesMax: 10 });
    watch.append(to, "x".repeat(50));
    expect(() => to.append({ message: "y", byteCount: 1 }, watch.owner, undefined)).toThrow(
      ResourceExhaustedError,
    );
    await settled();
    expect(watch.messages()).toEqual([["x".repeat(50)]]);
  });
});

describe("abandoning an append", () => {
  test("takes one that waits out of the queue, unsent", async () => {
    const to = watch.open();
    watch.append(to, "a");
    await settled();
    const controller = new AbortController();
    const b = watch.append(to, "b", { signal: controller.signal });
    watch.append(to, "c");
    controller.abort("enough");
    await watch.sent[0]?.answer(resultAt(1n));
    expect(b.outcome).toBe("enough");
    expect(watch.messages()).toEqual([["a"], ["c"]]);
  });

  test("rejects one in flight, while the others of its call go on", async () => {
    const to = watch.open();
    const controller = new AbortController();
    const a = watch.append(to, "a", { signal: controller.signal });
    const b = watch.append(to, "b");
    await settled();
    controller.abort("enough");
    await settled();
    expect(a.outcome).toBe("enough");
    expect(watch.sent[0]?.signal.aborted).toBe(false);
    await watch.sent[0]?.answer(resultAt(1n), resultAt(2n));
    expect([a.outcome, b.outcome]).toEqual(["enough", resultAt(2n)]);
  });

  test("cancels a call that nobody waits for, without resting", async () => {
    const to = watch.open();
    const controller = new AbortController();
    watch.append(to, "a", { signal: controller.signal });
    await settled();
    watch.append(to, "b");
    controller.abort("enough");
    expect(watch.sent[0]?.signal.aborted).toBe(true);
    await watch.sent[0]?.fail(new UnavailableError("cancelled"));
    expect(watch.clock.sleeps).toEqual([]);
    expect(watch.messages()).toEqual([["a"], ["b"]]);
  });

  test("rejects one whose time is up, with deadline-exceeded", async () => {
    const to = watch.open();
    const outcome = to.append({ message: "a", byteCount: 1 }, watch.owner, { timeoutMs: 5 });
    await expect(outcome).rejects.toBeInstanceOf(DeadlineExceededError);
    expect(watch.sent[0]?.signal.aborted).toBe(true);
  });

  test("rejects all of one watch.owner, waiting and in flight, and leaves the others", async () => {
    const to = watch.open();
    const other = {};
    const a = watch.append(to, "a");
    await settled();
    const b = watch.append(to, "b");
    const c = to.append({ message: "c", byteCount: 1 }, other, undefined);
    to.abandon("closed", watch.owner);
    await settled();
    expect([a.outcome, b.outcome]).toEqual(["closed", "closed"]);
    await watch.sent[0]?.fail(new UnavailableError("cancelled"));
    expect(watch.messages()).toEqual([["a"], ["c"]]);
    await watch.sent[1]?.answer(resultAt(3n));
    expect(await c).toEqual(resultAt(3n));
  });

  test("leaves no listener behind once an append has settled", async () => {
    const to = watch.open();
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    watch.append(to, "a", { signal, timeoutMs: 60_000 });
    await settled();
    expect(listeners()).toBe(1);
    await watch.sent[0]?.answer(resultAt(1n));
    expect(listeners()).toBe(0);
  });
});

describe("the deadline that is sent along", () => {
  test("is the attempt's, unless every append's own passes before", async () => {
    const to = watch.open({ callsInFlightMax: 9, appendsPerCallMax: 2 }, { attemptTimeoutMs: 1_000 });
    watch.append(to, "a", { timeoutMs: 300 });
    watch.append(to, "b", { timeoutMs: 500 });
    watch.append(to, "c", { timeoutMs: 100 });
    watch.append(to, "d");
    watch.append(to, "e", { timeoutMs: 5_000 });
    await settled();
    expect(watch.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([500, 1_000, 1_000]);
    to.abandon("done");
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
