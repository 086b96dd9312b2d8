import type { EventStoreBackend } from "@leftfold/core";
import { UnavailableError } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import {
  acknowledgesWithoutRecording,
  forgetsKeys,
  ignoresConditions,
  ignoresExpectations,
  recordsHalfAnAppend,
  recordsWhatItRejects,
} from "../faults/append-faults.ts";
import {
  deliversTwice,
  losesAnEvent,
  losesAnEventAtTheHandover,
  mixesUpPayloads,
  swapsTwoEvents,
} from "../faults/delivery-faults.ts";
import { type Fault, faultyBackend } from "../faults/faulty-backend.ts";
import { answersFromYesterday, skipsAnEvent } from "../faults/reading-faults.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { storm } from "./storm.ts";
import { StormViolation } from "./storm-violation.ts";

const small = { writers: 16, events: 600, aggregates: 20, stalledMs: 2_000 };

const reference = (): EventStoreBackend => referenceBackend({ heartbeatMs: 20 });

describe("a storm over a store that keeps the contract", () => {
  test("finds nothing, and reports what it did", async () => {
    const backend = reference();
    const report = await storm({ ...small, backends: [backend], seed: 1, tenantId: "t" });
    expect(report).toMatchObject({ seed: 1, tenantId: "t", head: 600n, events: 600, unknown: 0, retries: 0 });
    expect(await backend.tenant("t").head()).toBe(600n);
    for (const count of [
      report.conflicts,
      report.replays,
      report.duplicates,
      report.resumptions,
      report.pages,
    ]) {
      expect(count).toBeGreaterThan(0);
    }
  });

  test("spreads over several backends on one log", async () => {
    const backend = reference();
    const report = await storm({ ...small, backends: [backend, backend, backend], subscribers: 6 });
    expect(report.events).toBe(600);
  });

  test("goes on until it is told to stop, with subscribers that dawdle over large events", async () => {
    const { promise: until, resolve } = Promise.withResolvers<void>();
    const onAcknowledged = (events: number): void => {
      if (events >= 300) resolve();
    };
    const backends = [reference()];
    const options = {
      ...small,
      events: 100_000,
      until,
      onAcknowledged,
      slowSubscribers: 2,
      payloadBytes: 500,
    };
    const report = await storm({ ...options, backends });
    expect(report.events).toBeGreaterThanOrEqual(300);
    expect(report.events).toBeLessThan(10_000);
    expect(report.behind).toBeGreaterThan(0);
    for (const count of [report.repeated, report.glimpses]) expect(count).toBeGreaterThan(0);
  });

  test("comes through outages: repeats under the same keys, resumes, counts what stays unknown", async () => {
    const report = await storm({ ...small, backends: [faultyBackend(reference(), hasOutages)], seed: 2 });
    expect(report.events).toBe(600);
    expect(report.retries).toBeGreaterThan(0);
    expect(report.unknown).toBeGreaterThan(0);
    expect(report.head).toBeGreaterThan(600n);
  });
});

describe("a storm over a store with a bug that strikes once", () => {
  const bugs: readonly (readonly [string, Fault, RegExp])[] = [
    ["loses an event at a handover", losesAnEventAtTheHandover, /gap|last event delivered/],
    ["loses an event", losesAnEvent, /gap|last event delivered/],
    ["delivers an event twice", deliversTwice, /was settled/],
    ["swaps two events", swapsTwoEvents, /gap|last event delivered/],
    ["mixes up two payloads", mixesUpPayloads, /Subscriber . saw .* where the paging reader saw/],
    ["acknowledges an append that is not recorded", acknowledgesWithoutRecording, /acknowledged at/],
    ["records an append that it rejects", recordsWhatItRejects, /was rejected, but is recorded/],
    ["records half an append", recordsHalfAnAppend, /acknowledged at|events got/],
    ["skips an event in a page", skipsAnEvent, /A page has \d+ where \d+ belongs|come right after/],
  ];
  for (const [words, fault, finding] of bugs) {
    test(`finds that it ${words}, and tells the seed`, async () => {
      const backend = faultyBackend(reference(), fault, { when: (occasion) => occasion === 2 });
      const violation = await storm({ ...small, backends: [backend], seed: 5 }).catch(
        (error: unknown) => error,
      );
      expect(violation).toBeInstanceOf(StormViolation);
      expect(violation).toMatchObject({ seed: 5, message: expect.stringMatching(finding) });
      expect(violation).toMatchObject({ message: expect.stringContaining("seed 5") });
    });
  }
});

describe("a storm over a store with a bug that strikes always", () => {
  const bugs: readonly (readonly [string, Fault, RegExp])[] = [
    ["ignores expectations", ignoresExpectations, /was accepted with aggregate-\d+ at \d+, although/],
    ["ignores conditions", ignoresConditions, /matches its condition/],
    [
      "forgets idempotency keys",
      forgetsKeys,
      /Two answers for .* under one key differ|sent once more under its key/,
    ],
    ["answers with an old head", answersFromYesterday, /has head \d+, but \d+ was acknowledged/],
  ];
  for (const [words, fault, finding] of bugs) {
    test(`finds that it ${words}`, async () => {
      const backends = [faultyBackend(reference(), fault)];
      await expect(storm({ ...small, backends, seed: 7 })).rejects.toThrow(finding);
    });
  }
});

describe("a storm that cannot go on", () => {
  test("fails when nobody gets any further", async () => {
    const neverRead: Fault = () => ({ readAll: () => forever });
    const backends = [faultyBackend(reference(), neverRead)];
    await expect(storm({ ...small, backends, stalledMs: 300 })).rejects.toThrow(/Nobody got any further/);
  });

  test("ends with the signal's reason", async () => {
    const reason = new Error("enough");
    const aborted = { ...small, backends: [reference()], signal: AbortSignal.abort(reason) };
    await expect(storm(aborted)).rejects.toBe(reason);
    const controller = new AbortController();
    const running = storm({ ...small, events: 100_000, backends: [reference()], signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  test("fails with an error that is not retryable", async () => {
    const breaks: Fault = () => ({ append: () => Promise.reject(new Error("The disk is on fire.")) });
    const backends = [faultyBackend(reference(), breaks)];
    await expect(storm({ ...small, backends })).rejects.toThrow(/The disk is on fire/);
  });
});

/** Every seventh call or message fails; an append half of the times after it was recorded. */
const hasOutages: Fault = (store) => {
  let calls = 0;
  const fail = (): never => {
    throw new UnavailableError("An outage.");
  };
  return {
    async append(request, options) {
      const call = ++calls;
      if (call % 14 === 0) fail();
      const result = await store.append(request, options);
      return call % 14 === 7 ? fail() : result;
    },
    async *readAll(request, options) {
      for await (const event of store.readAll(request, options)) {
        if (++calls % 49 === 0) fail();
        yield event;
      }
    },
    async *subscribe(request, options) {
      for await (const message of store.subscribe(request, options)) {
        if (++calls % 49 === 0) fail();
        yield message;
      }
    },
    head: (options) =>
      ++calls % 2 === 0 ? Promise.reject(new UnavailableError("An outage.")) : store.head(options),
  };
};

const forever: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
};
