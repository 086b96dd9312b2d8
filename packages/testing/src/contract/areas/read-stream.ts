import { expect } from "vitest";
import { collect } from "../../builders/collect.ts";
import { anAggregate, someEvents } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectInvalid } from "../failure.ts";
import { readWhileWriting } from "../read-while-writing.ts";
import { aggregateNonces, anOrder, nonces, seed, streamOf } from "../shorthand.ts";

export const readStream: ContractArea = contractArea("read a stream", (test) => {
  test("gives one aggregate's events in order, and no other's", async ({ store, tenantId }) => {
    for (let i = 0; i < 3; i++) {
      const appends = ["o1", "o2", "o11", "O1"].map((aggregateId) =>
        anAggregate({ aggregateId, events: someEvents(2) }),
      );
      await store.append({
        appends: [...appends, anAggregate({ aggregateType: "cart", aggregateId: "o1" })],
      });
    }
    const events = await streamOf(store);
    expect(events.map(({ aggregateNonce }) => aggregateNonce)).toEqual(nonces(1, 6));
    expect(events.map(({ globalNonce }) => globalNonce)).toEqual([1n, 2n, 10n, 11n, 19n, 20n]);
    for (const event of events) expect(event).toMatchObject({ ...anOrder, tenantId });
  });

  for (const [words, request, expected] of [
    ["forwards", { direction: "forwards" }, nonces(1, 10)],
    ["forwards from a nonce on, that one included", { from: 4n }, nonces(4, 10)],
    ["forwards from the last nonce", { from: 10n }, [10n]],
    ["forwards from beyond the end: nothing", { from: 11n }, []],
    ["forwards from the largest nonce: nothing", { from: 2n ** 63n - 1n }, []],
    ["forwards, so many at most", { maxCount: 3 }, nonces(1, 3)],
    ["forwards from a nonce on, so many at most", { from: 9n, maxCount: 5 }, [9n, 10n]],
    ["forwards, exactly as many as there are", { maxCount: 10 }, nonces(1, 10)],
    ["forwards, with the largest count", { maxCount: 2 ** 32 - 1 }, nonces(1, 10)],
    ["backwards from the end", { direction: "backwards" }, nonces(10, 1)],
    ["backwards from a nonce on, that one included", { direction: "backwards", from: 4n }, nonces(4, 1)],
    ["backwards from the first nonce", { direction: "backwards", from: 1n }, [1n]],
    ["backwards from beyond the end: all", { direction: "backwards", from: 99n }, nonces(10, 1)],
    ["backwards, the last one only", { direction: "backwards", maxCount: 1 }, [10n]],
    [
      "backwards from a nonce on, so many at most",
      { direction: "backwards", from: 7n, maxCount: 3 },
      nonces(7, 5),
    ],
  ] as const) {
    test(`reads ${words}`, async ({ store }) => {
      await seed(store, 3, { aggregateType: "order", aggregateId: "before" });
      await seed(store, 10);
      expect(await aggregateNonces(store.readStream({ ...anOrder, ...request }))).toEqual(expected);
    });
  }

  test("gives nothing of an aggregate that does not exist", async ({ store }) => {
    expect(await streamOf(store)).toEqual([]);
    await seed(store, 1, { aggregateType: "order", aggregateId: "o10" });
    for (const direction of ["forwards", "backwards"] as const) {
      expect(await collect(store.readStream({ ...anOrder, direction }))).toEqual([]);
    }
  });

  test("can be read again, and by several readers at once", async ({ store }) => {
    await seed(store, 300);
    const reads = await Promise.all(
      Array.from({ length: 8 }, () => aggregateNonces(store.readStream(anOrder))),
    );
    for (const read of reads) expect(read).toEqual(nonces(1, 300));
  });

  test("gives a prefix without gaps while the aggregate grows", async ({ store }) => {
    let before = 0;
    await readWhileWriting({ times: 50, write: () => seed(store, 7) }, async () => {
      const read = await aggregateNonces(store.readStream(anOrder));
      expect(read).toEqual(read.map((_, index) => BigInt(index + 1)));
      expect(read.length % 7).toBe(0);
      expect(read.length).toBeGreaterThanOrEqual(before);
      before = read.length;
    });
    expect(before).toBe(350);
  });

  for (const [field, request, limit] of [
    ["from", { from: 0n }, /1/],
    ["from", { from: -1n }, /1/],
    ["from", { from: 2n ** 63n }, /9223372036854775807/],
    ["maxCount", { maxCount: 0 }, /1/],
    ["maxCount", { maxCount: -1 }, /1/],
    ["maxCount", { maxCount: 1.5 }, /whole/],
    ["maxCount", { maxCount: 2 ** 32 }, /4294967295/],
    ["aggregateType", { aggregateType: "" }, /255/],
    ["aggregateId", { aggregateId: "n".repeat(256) }, /255/],
    ["aggregateId", { aggregateId: "a\u0000" }, /control/],
    ["aggregateId", { aggregateId: "\ud800" }, /surrogate/],
  ] as const) {
    const words = Object.entries(request).map(([key, value]) => `${key} ${show(value)}`);
    test(`rejects a read with ${words}`, async ({ store }) => {
      await seed(store, 1);
      await expectInvalid(() => collect(store.readStream({ ...anOrder, ...request })), field, { limit });
    });
  }
});

function show(value: string | number | bigint): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 5)) : String(value);
}
