import { any, exact, IdempotencyMismatchError, noStream } from "@leftfold/core";
import { expect } from "vitest";
import { anAggregate, anAppend, anEvent, noneOf, someEvents, uniqueEventId } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectConflict, failureOf, violated } from "../failure.ts";
import { seed, wholeLog } from "../shorthand.ts";

export const appendIdempotency: ContractArea = contractArea("append: idempotency keys", (test) => {
  test("answers a repeated append with the first result, and records it once", async ({ store }) => {
    const request = anAppend({ expected: noStream, events: someEvents(3), idempotencyKey: "k" });
    const first = await store.append(request);
    expect(first.replayed).toBe(false);
    await seed(store, 5, { aggregateType: "order", aggregateId: "other" });
    for (let i = 0; i < 3; i++) expect(await store.append(request)).toEqual({ ...first, replayed: true });
    expect((await wholeLog(store)).length).toBe(8);
  });

  test("replays although the expectation would fail by now", async ({ store }) => {
    const request = anAppend({ expected: exact(0n), idempotencyKey: "k" });
    const first = await store.append(request);
    await seed(store, 4);
    expect(await store.append(request)).toEqual({ ...first, replayed: true });
  });

  test("replays although its own events match its condition by now", async ({ store }) => {
    const conditions = [noneOf([{ eventTypes: ["OrderPlaced"] }])];
    const request = anAppend({ conditions, idempotencyKey: "k" });
    const first = await store.append(request);
    expect(await store.append(request)).toEqual({ ...first, replayed: true });
  });

  test("replays although its event ids are known by now", async ({ store }) => {
    const request = anAppend({ events: [anEvent({ eventId: uniqueEventId() })], idempotencyKey: "k" });
    const first = await store.append(request);
    expect(await store.append(request)).toEqual({ ...first, replayed: true });
  });

  test("replays the heads of all aggregates as they were then", async ({ store }) => {
    await seed(store, 2, { aggregateType: "order", aggregateId: "b" });
    const request = {
      appends: [
        anAggregate({ aggregateId: "c", expected: noStream, events: someEvents(2) }),
        anAggregate({ aggregateId: "b", expected: exact(2n) }),
        anAggregate({ aggregateType: "cart", aggregateId: "x", events: [] }),
      ],
      idempotencyKey: "k",
    };
    const first = await store.append(request);
    await seed(store, 3, { aggregateType: "order", aggregateId: "b" });
    await seed(store, 3, { aggregateType: "cart", aggregateId: "x" });
    const again = await store.append(request);
    expect(again).toEqual({ ...first, replayed: true });
    expect(again.aggregates.map(({ aggregateNonce }) => aggregateNonce)).toEqual([2n, 3n, 0n]);
  });

  test("replays an append without events", async ({ store }) => {
    await seed(store, 2);
    const request = anAppend({ expected: exact(2n), events: [], idempotencyKey: "k" });
    const first = await store.append(request);
    await seed(store, 1);
    expect(await store.append(request)).toEqual({ ...first, replayed: true });
    expect(first.lastGlobalNonce).toBe(2n);
  });

  test("takes an append with its defaults spelled out, or its metadata reordered, for the same", async ({
    store,
  }) => {
    const metadata = { a: "1", b: "2" };
    const first = await store.append(
      anAppend({ expected: noStream, events: [anEvent({ metadata }), anEvent()], idempotencyKey: "k" }),
    );
    const spelledOut = anEvent({
      metadata: { b: "2", a: "1" },
      eventVersion: 1,
      tags: [],
      aggregateNonce: 1n,
    });
    const again = await store.append(
      anAppend({
        expected: exact(0n),
        events: [spelledOut, anEvent({ metadata: {} })],
        idempotencyKey: "k",
        conditions: [],
      }),
    );
    expect(again).toEqual({ ...first, replayed: true });
  });

  const original = anAppend({ expected: any, events: [anEvent({ tags: ["t"] })], idempotencyKey: "k" });
  for (const [words, other] of [
    ["another payload", anAppend({ events: [anEvent({ tags: ["t"], payload: new Uint8Array([1]) })] })],
    ["another event type", anAppend({ events: [anEvent({ tags: ["t"], eventType: "OrderPaid" })] })],
    ["another tag", anAppend({ events: [anEvent({ tags: ["u"] })] })],
    ["other metadata", anAppend({ events: [anEvent({ tags: ["t"], metadata: { a: "" } })] })],
    ["another actor", anAppend({ events: [anEvent({ tags: ["t"], actorId: "me" })] })],
    ["another time", anAppend({ events: [anEvent({ tags: ["t"], occurredAt: new Date(0) })] })],
    ["another version", anAppend({ events: [anEvent({ tags: ["t"], eventVersion: 2 })] })],
    ["another aggregate", anAppend({ aggregateId: "o2", events: [anEvent({ tags: ["t"] })] })],
    ["another expectation", anAppend({ expected: noStream, events: [anEvent({ tags: ["t"] })] })],
    ["one more event", anAppend({ events: [anEvent({ tags: ["t"] }), anEvent()] })],
    [
      "a condition",
      anAppend({ events: [anEvent({ tags: ["t"] })], conditions: [noneOf([{ tags: ["z"] }])] }),
    ],
  ] as const) {
    test(`rejects a key that was used before, when the append differs by ${words}`, async ({ store }) => {
      await store.append(original);
      const attempt = () => store.append({ ...other, idempotencyKey: "k" });
      const error = await failureOf(IdempotencyMismatchError, attempt);
      expect([error.code, error.idempotencyKey]).toEqual(["idempotency-mismatch", "k"]);
      expect(await store.head()).toBe(1n);
    });
  }

  test("answers for the key before it checks anything else", async ({ store }) => {
    const eventId = uniqueEventId();
    await store.append(anAppend({ events: [anEvent({ eventId })], idempotencyKey: "k" }));
    const conditions = [noneOf([{}])];
    const request = anAppend({ expected: noStream, events: [anEvent({ eventId })], conditions });
    await failureOf(IdempotencyMismatchError, () => store.append({ ...request, idempotencyKey: "k" }));
  });

  test("replays the first result everywhere, also after the key was tried with other content", async ({
    stores,
  }) => {
    const appends = [anAggregate({ aggregateId: "a" }), anAggregate({ aggregateType: "cart", events: [] })];
    const request = { appends, idempotencyKey: "k" };
    const first = await stores[0]!.append(request);
    for (const store of stores) {
      const other = anAppend({ aggregateId: "b", events: someEvents(3), idempotencyKey: "k" });
      await failureOf(IdempotencyMismatchError, () => store.append(other));
      expect(await store.append(request)).toEqual({ ...first, replayed: true });
    }
  });

  test("leaves a key free that a rejected append had", async ({ store }) => {
    await seed(store, 1);
    const rejected = anAppend({ expected: noStream, idempotencyKey: "k" });
    await expectConflict(() => store.append(rejected), [violated(noStream, 1n)]);
    const { replayed } = await store.append(anAppend({ expected: exact(1n), idempotencyKey: "k" }));
    expect(replayed).toBe(false);
    expect(await store.head()).toBe(2n);
  });

  test("gives a key to each tenant anew", async ({ store, tenant }) => {
    const other = tenant();
    await store.append(anAppend({ events: someEvents(2), idempotencyKey: "k" }));
    const result = await other.append(anAppend({ events: someEvents(1), idempotencyKey: "k" }));
    expect(result).toMatchObject({ firstGlobalNonce: 1n, lastGlobalNonce: 1n, replayed: false });
    await failureOf(IdempotencyMismatchError, () =>
      other.append(anAppend({ events: someEvents(2), idempotencyKey: "k" })),
    );
  });

  test("tells keys apart that differ in case, in spaces or in composition only", async ({ store }) => {
    const keys = ["key", "KEY", "key ", " key", "ké", "ke\u0301"];
    for (const idempotencyKey of keys) {
      expect((await store.append(anAppend({ idempotencyKey }))).replayed, idempotencyKey).toBe(false);
    }
    expect(await store.head()).toBe(BigInt(keys.length));
  });
});
