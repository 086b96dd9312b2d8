import { setImmediate } from "node:timers/promises";
import {
  any,
  ConcurrencyConflictError,
  type EventStore,
  exact,
  noStream,
  type RecordedEvent,
} from "@leftfold/core";
import { expect } from "vitest";
import { collect } from "../../builders/collect.ts";
import { anAggregate, anAppend, anEvent, noneOf } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import type { ContractContext } from "../contract-context.ts";
import { race } from "../race.ts";
import { seed, streamOf, wholeLog } from "../shorthand.ts";

const numberOf = (event: RecordedEvent | undefined): number =>
  event ? Number(new TextDecoder().decode(event.payload)) : 0;

const asPayload = (number: number): Uint8Array => new TextEncoder().encode(String(number));

/** Tries until an attempt meets no conflict. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConcurrencyConflictError)) throw error;
      await setImmediate();
    }
  }
}

export const concurrentConsistency: ContractArea = contractArea("concurrency: consistency", (test) => {
  test("loses no update of hot aggregates that many writers count up with exact(n)", async ({ store }) => {
    const counters = ["c0", "c1"].map((aggregateId) => ({ aggregateType: "counter", aggregateId }));
    const { lost } = await race(8, async (writer) => {
      for (let i = 0; i < 10; i++) {
        await retried(async () => {
          const counter = counters[(writer + i) % 2]!;
          const [last] = await collect(store.readStream({ ...counter, direction: "backwards", maxCount: 1 }));
          const expected = exact(last?.aggregateNonce ?? 0n);
          const events = [anEvent({ payload: asPayload(numberOf(last) + writer) })];
          await store.append(anAppend({ ...counter, expected, events }));
        });
      }
    });
    expect(lost).toEqual([]);
    const streams = await Promise.all(counters.map((counter) => streamOf(store, counter)));
    expect(streams.map((stream) => stream.length)).toEqual([40, 40]);
    const total = streams.reduce((sum, stream) => sum + numberOf(stream.at(-1)), 0);
    expect(total).toBe(10 * (0 + 1 + 2 + 3 + 4 + 5 + 6 + 7));
  });

  test("overbooks nothing when a condition guards what writers have read", async ({ store }) => {
    const query = { anyOf: [{ tags: ["course:c1"], eventTypes: ["SeatTaken"] }] };
    const { won } = await race(12, (writer) =>
      retried(async () => {
        const taken = await collect(store.readAll({ query }));
        if (taken.length >= 5) return "full";
        const after = taken.at(-1)?.globalNonce ?? 0n;
        const events = [anEvent({ eventType: "SeatTaken", tags: ["course:c1"] })];
        const student = { aggregateType: "student", aggregateId: `s${writer}`, expected: noStream };
        await store.append(anAppend({ ...student, events, conditions: [noneOf(query.anyOf, after)] }));
        return "taken";
      }),
    );
    expect(won.filter(({ result }) => result === "taken").length).toBe(5);
    expect(won.filter(({ result }) => result === "full").length).toBe(7);
    expect(await store.head()).toBe(5n);
  });

  test("shows appends to two aggregates to every observer whole or not at all", async (context) => {
    const { store, follow } = context;
    const follower = follow();
    let writing = true;
    const observing = async (): Promise<void> => {
      while (writing) {
        expectWholePairs(await wholeLog(store));
        await setImmediate();
      }
    };
    const transfers = writeTransfers(context).finally(() => {
      writing = false;
    });
    await Promise.all([transfers, observing(), follower.untilEvents(2 * transferCount)]);
    expectWholePairs(follower.events);
    expect(await wholeLog(store)).toEqual(follower.events);
  });

  test("never answers with less than what was acknowledged before the question", async ({ store }) => {
    let acknowledged = 0n;
    const { lost } = await race(8, async (writer) => {
      for (let i = 0; i < 15; i++) {
        const before = acknowledged;
        if ((writer + i) % 4 === 0) expect(await store.head()).toBeGreaterThanOrEqual(before);
        if ((writer + i) % 4 === 1) {
          const [last] = await collect(store.readAll({ direction: "backwards", maxCount: 1 }));
          expect(last?.globalNonce ?? 0n).toBeGreaterThanOrEqual(before);
        }
        const { firstGlobalNonce } = await seed(store, 1, { aggregateType: "w", aggregateId: `w${writer}` });
        expect(firstGlobalNonce).toBeGreaterThan(before);
        if (firstGlobalNonce > acknowledged) acknowledged = firstGlobalNonce;
      }
    });
    expect(lost).toEqual([]);
    expect(await store.head()).toBe(120n);
  });

  test("reports as actual a nonce that the aggregate then has", async ({ store }) => {
    const { lost } = await race(8, async () => {
      for (let i = 0; i < 10; i++) {
        await store.append(anAppend({ expected: exact(0n) })).catch(async (error: unknown) => {
          if (!(error instanceof ConcurrencyConflictError)) throw error;
          const [violation] = error.violations;
          const actual = violation?.kind === "expectation" ? violation.actual : -1n;
          expect(actual).toBeGreaterThan(0n);
          // Nobody is told a nonce that is not readable yet, as when it was rolled back.
          const stream = await streamOf(store);
          expect(BigInt(stream.length)).toBeGreaterThanOrEqual(actual);
        });
        await seed(store, 1);
      }
    });
    expect(lost).toEqual([]);
  });
});

const transferCount = 60;

/** Six writers move money between four accounts: a transfer is an event on both, under one correlation id. */
async function writeTransfers({ store, random }: ContractContext): Promise<void> {
  const draws = random.fork();
  const { lost } = await race(6, async (writer) => {
    for (let i = 0; i < transferCount / 6; i++) {
      const from = draws.below(4);
      const to = (from + 1 + draws.below(3)) % 4;
      const events = [anEvent({ correlationId: `${writer}.${i}` })];
      await retried(() => transfer(store, [from, to], events));
    }
  });
  expect(lost).toEqual([]);
}

async function transfer(
  store: EventStore,
  [from, to]: readonly [number, number],
  events: ReturnType<typeof anEvent>[],
): Promise<void> {
  const account = (id: number) => ({ aggregateType: "account", aggregateId: `a${id}` });
  const [last] = await collect(store.readStream({ ...account(from), direction: "backwards", maxCount: 1 }));
  await store.append({
    appends: [
      anAggregate({ ...account(from), expected: exact(last?.aggregateNonce ?? 0n), events }),
      anAggregate({ ...account(to), expected: any, events }),
    ],
  });
}

/** Expects that the events come in pairs of neighbours, one pair for each append. */
function expectWholePairs(events: readonly RecordedEvent[]): void {
  const correlationIds = events.map(({ correlationId }) => correlationId);
  const firsts = correlationIds.filter((_, i) => i % 2 === 0);
  const seconds = correlationIds.filter((_, i) => i % 2 === 1);
  expect(seconds).toEqual(firsts);
  expect(new Set(firsts).size).toBe(firsts.length);
}
