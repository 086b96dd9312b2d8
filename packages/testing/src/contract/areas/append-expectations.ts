import { any, type ExpectedNonce, exact, noStream, streamExists } from "@leftfold/core";
import { expect } from "vitest";
import { anAppend, anEvent, someEvents } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectConflict, expectInvalid, violated } from "../failure.ts";
import { anOrder, seed, streamOf, wholeLog } from "../shorthand.ts";

interface Case {
  readonly expected: ExpectedNonce;
  readonly words: string;
  /** Whether it holds of an aggregate without events, and of one with three. */
  readonly holdsOfNone: boolean;
  readonly holdsOfThree: boolean;
}

const cases: readonly Case[] = [
  { expected: noStream, words: "noStream", holdsOfNone: true, holdsOfThree: false },
  { expected: exact(0n), words: "exact(0)", holdsOfNone: true, holdsOfThree: false },
  { expected: exact(2n), words: "exact(2)", holdsOfNone: false, holdsOfThree: false },
  { expected: exact(3n), words: "exact(3)", holdsOfNone: false, holdsOfThree: true },
  { expected: exact(4n), words: "exact(4)", holdsOfNone: false, holdsOfThree: false },
  { expected: exact(2n ** 63n - 1n), words: "the largest exact", holdsOfNone: false, holdsOfThree: false },
  { expected: streamExists, words: "streamExists", holdsOfNone: false, holdsOfThree: true },
  { expected: any, words: "any", holdsOfNone: true, holdsOfThree: true },
];

export const appendExpectations: ContractArea = contractArea("append: expectations", (test) => {
  for (const { expected, words, holdsOfNone, holdsOfThree } of cases) {
    for (const [actual, holds] of [
      [0, holdsOfNone],
      [3, holdsOfThree],
    ] as const) {
      const state = actual === 0 ? "without events" : `with ${actual} events`;
      test(`${holds ? "accepts" : "rejects"} ${words} for an aggregate ${state}`, async ({ store }) => {
        if (actual > 0) await seed(store, actual);
        const attempt = () => store.append(anAppend({ ...anOrder, expected, events: someEvents(2) }));
        if (holds) {
          expect(await attempt()).toEqual({
            firstGlobalNonce: BigInt(actual + 1),
            lastGlobalNonce: BigInt(actual + 2),
            aggregates: [{ ...anOrder, aggregateNonce: BigInt(actual + 2) }],
            replayed: false,
          });
        } else {
          await expectConflict(attempt, [violated(expected, BigInt(actual))]);
        }
        expect(await store.head()).toBe(BigInt(holds ? actual + 2 : actual));
      });

      test(`${holds ? "confirms" : "rejects"} ${words} for an aggregate ${state}, writing nothing`, async ({
        store,
      }) => {
        if (actual > 0) await seed(store, actual);
        const attempt = () => store.append(anAppend({ ...anOrder, expected, events: [] }));
        if (holds) {
          expect(await attempt()).toEqual({
            firstGlobalNonce: BigInt(actual),
            lastGlobalNonce: BigInt(actual),
            aggregates: [{ ...anOrder, aggregateNonce: BigInt(actual) }],
            replayed: false,
          });
        } else {
          await expectConflict(attempt, [violated(expected, BigInt(actual))]);
        }
        expect(await store.head()).toBe(BigInt(actual));
      });
    }
  }

  test("numbers an aggregate's events from 1 on, without gaps, over several appends", async ({ store }) => {
    await store.append(anAppend({ expected: noStream, events: someEvents(2) }));
    await store.append(anAppend({ expected: exact(2n), events: someEvents(1) }));
    await store.append(anAppend({ expected: streamExists, events: someEvents(3) }));
    await store.append(anAppend({ expected: any, events: someEvents(1) }));
    const nonces = (await streamOf(store)).map(({ aggregateNonce }) => aggregateNonce);
    expect(nonces).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n]);
  });

  test("tells aggregates of the same id and another type apart", async ({ store }) => {
    await seed(store, 2, { aggregateType: "order", aggregateId: "x" });
    await seed(store, 1, { aggregateType: "invoice", aggregateId: "x" });
    await store.append(anAppend({ aggregateType: "invoice", aggregateId: "x", expected: exact(1n) }));
    expect((await streamOf(store, { aggregateType: "order", aggregateId: "x" })).length).toBe(2);
    expect((await streamOf(store, { aggregateType: "invoice", aggregateId: "x" })).length).toBe(2);
  });

  test("accepts the proposed nonces that follow from exact(n) and from noStream", async ({ store }) => {
    const first = [anEvent({ aggregateNonce: 1n }), anEvent({ aggregateNonce: 2n })];
    await store.append(anAppend({ expected: noStream, events: first }));
    const second = [anEvent({ aggregateNonce: 3n }), anEvent(), anEvent({ aggregateNonce: 5n })];
    const result = await store.append(anAppend({ expected: exact(2n), events: second }));
    expect(result.aggregates[0]?.aggregateNonce).toBe(5n);
  });

  for (const [words, expected, proposed, limit] of [
    ["the nonce that is taken", exact(1n), 1n, /2/],
    ["a nonce that leaves a gap", exact(1n), 3n, /2/],
    ["nonce 0", exact(1n), 0n, /2/],
    ["any nonce with streamExists", streamExists, 2n, /store/],
    ["any nonce with any", any, 2n, /store/],
  ] as const) {
    test(`rejects a proposal of ${words}`, async ({ store }) => {
      await seed(store, 1);
      const attempt = () =>
        store.append(anAppend({ expected, events: [anEvent({ aggregateNonce: proposed })] }));
      await expectInvalid(attempt, "appends[0].events[0].aggregateNonce", { limit });
      expect(await store.head()).toBe(1n);
    });
  }

  test("rejects a proposal out of step with noStream, and names the event", async ({ store }) => {
    const events = [anEvent({ aggregateNonce: 1n }), anEvent({ aggregateNonce: 3n })];
    const attempt = () => store.append(anAppend({ expected: noStream, events }));
    await expectInvalid(attempt, "appends[0].events[1].aggregateNonce", { value: /3/, limit: /2/ });
    expect(await wholeLog(store)).toEqual([]);
  });
});
