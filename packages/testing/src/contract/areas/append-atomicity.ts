import { any, exact, noStream, streamExists } from "@leftfold/core";
import { expect } from "vitest";
import { anAggregate, anAppend, noneOf, someEvents } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectConflict, matched, violated } from "../failure.ts";
import { nonces, seed, streamOf, wholeLog } from "../shorthand.ts";

export const appendAtomicity: ContractArea = contractArea("append: atomicity and order", (test) => {
  test("writes to several aggregates in one append, and answers with their heads in request order", async ({
    store,
  }) => {
    await seed(store, 2, { aggregateType: "order", aggregateId: "b" });
    const result = await store.append({
      appends: [
        anAggregate({ aggregateId: "c", expected: noStream, events: someEvents(2) }),
        anAggregate({ aggregateId: "b", expected: exact(2n), events: someEvents(3) }),
        anAggregate({ aggregateType: "cart", aggregateId: "b", expected: any, events: someEvents(1) }),
        anAggregate({ aggregateId: "a", expected: exact(0n), events: [] }),
      ],
    });
    expect(result).toEqual({
      firstGlobalNonce: 3n,
      lastGlobalNonce: 8n,
      aggregates: [
        { aggregateType: "order", aggregateId: "c", aggregateNonce: 2n },
        { aggregateType: "order", aggregateId: "b", aggregateNonce: 5n },
        { aggregateType: "cart", aggregateId: "b", aggregateNonce: 1n },
        { aggregateType: "order", aggregateId: "a", aggregateNonce: 0n },
      ],
      replayed: false,
    });
  });

  test("gives an append's events consecutive global nonces in request order, and one recordedAt", async ({
    store,
  }) => {
    await seed(store, 1);
    const appends = ["b", "a", "c"].map((aggregateId) => anAggregate({ aggregateId, events: someEvents(3) }));
    const { firstGlobalNonce, lastGlobalNonce } = await store.append({ appends });
    expect([firstGlobalNonce, lastGlobalNonce]).toEqual([2n, 10n]);
    const events = (await wholeLog(store)).slice(1);
    expect(events.map(({ globalNonce }) => globalNonce)).toEqual(nonces(2, 10));
    expect(events.map(({ aggregateId }) => aggregateId).join("")).toBe("bbbaaaccc");
    expect(events.map(({ payload }) => new TextDecoder().decode(payload)).join("")).toBe("012012012");
    expect(new Set(events.map(({ recordedAt }) => recordedAt.getTime())).size).toBe(1);
  });

  test("writes nothing at all when one of several expectations fails", async ({ store }) => {
    await seed(store, 1, { aggregateType: "order", aggregateId: "b" });
    const before = await wholeLog(store);
    const appends = [
      anAggregate({ aggregateId: "a", expected: noStream }),
      anAggregate({ aggregateId: "b", expected: noStream }),
      anAggregate({ aggregateId: "c", expected: any }),
    ];
    await expectConflict(
      () => store.append({ appends }),
      [violated(noStream, 1n, { aggregateType: "order", aggregateId: "b" })],
    );
    expect(await wholeLog(store)).toEqual(before);
    expect(await streamOf(store, { aggregateType: "order", aggregateId: "a" })).toEqual([]);
    expect((await seed(store, 1, { aggregateType: "order", aggregateId: "a" })).firstGlobalNonce).toBe(2n);
  });

  test("checks the expectation of an aggregate that gets no events before it writes to the others", async ({
    store,
  }) => {
    const appends = [
      anAggregate({ aggregateId: "written", expected: noStream }),
      anAggregate({ aggregateId: "checked", expected: exact(7n), events: [] }),
    ];
    const checked = { aggregateType: "order", aggregateId: "checked" };
    await expectConflict(() => store.append({ appends }), [violated(exact(7n), 0n, checked)]);
    expect(await store.head()).toBe(0n);
  });

  test("names every expectation and every condition that fails, in request order, and no other", async ({
    store,
  }) => {
    await seed(store, 3, { aggregateType: "order", aggregateId: "b" });
    await seed(store, 1, { aggregateType: "cart", aggregateId: "d" });
    const attempt = () =>
      store.append({
        appends: [
          anAggregate({ aggregateId: "a", expected: streamExists }),
          anAggregate({ aggregateId: "c", expected: noStream }),
          anAggregate({ aggregateId: "b", expected: exact(2n) }),
          anAggregate({ aggregateType: "cart", aggregateId: "d", expected: noStream, events: [] }),
        ],
        conditions: [
          noneOf([{ aggregateTypes: ["none"] }]),
          noneOf([{ aggregateTypes: ["cart"] }]),
          noneOf([{ aggregateIdPrefix: "b" }], 1n),
        ],
      });
    await expectConflict(attempt, [
      violated(streamExists, 0n, { aggregateType: "order", aggregateId: "a" }),
      violated(exact(2n), 3n, { aggregateType: "order", aggregateId: "b" }),
      violated(noStream, 1n, { aggregateType: "cart", aggregateId: "d" }),
      matched(1, 4n),
      matched(2, 2n),
    ]);
    expect(await store.head()).toBe(4n);
  });

  test("reports many violations, each with its own actual nonce", async ({ store }) => {
    const aggregateIds = Array.from({ length: 200 }, (_, i) => `o${i}`);
    await store.append({
      appends: aggregateIds.map((aggregateId, i) =>
        anAggregate({ aggregateId, events: someEvents((i % 3) + 1) }),
      ),
    });
    const appends = aggregateIds.map((aggregateId) => anAggregate({ aggregateId, expected: noStream }));
    await expectConflict(
      () => store.append({ appends }),
      aggregateIds.map((aggregateId, i) =>
        violated(noStream, BigInt((i % 3) + 1), { aggregateType: "order", aggregateId }),
      ),
    );
  });

  test("shows what an append wrote to every reader as soon as the append has settled", async ({
    store,
    stores,
  }) => {
    for (let i = 1; i <= 10; i++) {
      await store.append(anAppend({ aggregateId: "a", expected: exact(BigInt(i - 1)) }));
      for (const each of stores) {
        expect(await each.head()).toBe(BigInt(i));
        expect((await wholeLog(each)).length).toBe(i);
        expect((await streamOf(each, { aggregateType: "order", aggregateId: "a" })).length).toBe(i);
      }
    }
  });
});
