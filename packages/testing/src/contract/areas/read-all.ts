import { expect } from "vitest";
import { collect } from "../../builders/collect.ts";
import { anAppend, anEvent, someEvents } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectInvalid } from "../failure.ts";
import { readWhileWriting } from "../read-while-writing.ts";
import { globalNonces, nonces, seed, wholeLog } from "../shorthand.ts";

const backwards = { direction: "backwards" } as const;

export const readAll: ContractArea = contractArea("read the log", (test) => {
  test("gives nothing of an empty log, and its head is 0", async ({ store }) => {
    expect(await store.head()).toBe(0n);
    expect(await wholeLog(store)).toEqual([]);
    expect(await collect(store.readAll(backwards))).toEqual([]);
    expect(await collect(store.readAll({ from: 5n, to: 9n, query: { anyOf: [{}] } }))).toEqual([]);
  });

  test("gives every aggregate's events in the order of their global nonces, dense from 1", async ({
    store,
  }) => {
    for (let i = 0; i < 10; i++) await seed(store, 3, { aggregateType: "order", aggregateId: `o${i % 4}` });
    const events = await wholeLog(store);
    expect(events.map(({ globalNonce }) => globalNonce)).toEqual(nonces(1, 30));
    expect(
      events
        .map(({ aggregateId }) => aggregateId)
        .filter((_, i) => i % 3 === 0)
        .join(),
    ).toBe("o0,o1,o2,o3,o0,o1,o2,o3,o0,o1");
    expect(await store.head()).toBe(30n);
  });

  for (const [words, request, expected] of [
    ["forwards", { direction: "forwards" }, nonces(1, 10)],
    ["forwards from a nonce on, that one included", { from: 4n }, nonces(4, 10)],
    ["forwards from beyond the head: nothing", { from: 11n }, []],
    ["forwards to a nonce, that one included", { to: 4n }, nonces(1, 4)],
    ["forwards to beyond the head: up to the head", { to: 99n }, nonces(1, 10)],
    ["forwards between two nonces", { from: 3n, to: 7n }, nonces(3, 7)],
    ["forwards one nonce", { from: 5n, to: 5n }, [5n]],
    ["forwards between crossed bounds: nothing", { from: 7n, to: 3n }, []],
    ["forwards, so many at most", { maxCount: 3 }, nonces(1, 3)],
    ["forwards between two nonces, so many at most", { from: 3n, to: 9n, maxCount: 4 }, nonces(3, 6)],
    ["forwards between two nonces, fewer than the count", { from: 8n, to: 9n, maxCount: 4 }, [8n, 9n]],
    [
      "forwards to the largest nonce, with the largest count",
      { to: 2n ** 63n - 1n, maxCount: 2 ** 32 - 1 },
      nonces(1, 10),
    ],
    ["backwards from the head", backwards, nonces(10, 1)],
    ["backwards from a nonce on, that one included", { ...backwards, from: 4n }, nonces(4, 1)],
    ["backwards from beyond the head: from the head", { ...backwards, from: 99n }, nonces(10, 1)],
    ["backwards to a nonce, that one included", { ...backwards, to: 4n }, nonces(10, 4)],
    ["backwards to beyond the head: nothing", { ...backwards, to: 11n }, []],
    ["backwards between two nonces", { ...backwards, from: 7n, to: 3n }, nonces(7, 3)],
    ["backwards between crossed bounds: nothing", { ...backwards, from: 3n, to: 7n }, []],
    ["backwards, so many at most", { ...backwards, maxCount: 2 }, [10n, 9n]],
    [
      "backwards between two nonces, so many at most",
      { ...backwards, from: 9n, to: 3n, maxCount: 4 },
      nonces(9, 6),
    ],
  ] as const) {
    test(`reads ${words}`, async ({ store }) => {
      for (let i = 0; i < 5; i++) await seed(store, 2, { aggregateType: "order", aggregateId: `o${i}` });
      expect(await globalNonces(store.readAll(request))).toEqual(expected);
      const filtered = store.readAll({ ...request, query: { anyOf: [{ eventTypes: ["OrderPlaced"] }] } });
      expect(await globalNonces(filtered)).toEqual(expected);
    });
  }

  test("ends at the head as it was when the read began", async ({ store }) => {
    await seed(store, 500);
    const read = store.readAll()[Symbol.asyncIterator]();
    const first = await read.next();
    await seed(store, 500);
    let last = first.value;
    for (let next = await read.next(); !next.done; next = await read.next()) last = next.value;
    expect(last?.globalNonce).toBe(500n);
  });

  test("never shows a gap, nor a part of an append, while others append", async ({ store, stores }) => {
    let before = 0;
    let reads = 0;
    const appendAll = () =>
      Promise.all(stores.map((own, i) => seed(own, 5, { aggregateType: "order", aggregateId: `o${i}` })));
    await readWhileWriting({ times: 50, write: appendAll }, async () => {
      const direction = reads++ % 3 === 2 ? "backwards" : "forwards";
      const read = await globalNonces(store.readAll({ direction }));
      if (direction === "backwards") read.reverse();
      expect(read).toEqual(read.map((_, index) => BigInt(index + 1)));
      expect(read.length % 5).toBe(0);
      expect(read.length).toBeGreaterThanOrEqual(before);
      before = read.length;
    });
    expect(before).toBe(250 * stores.length);
  });

  for (const [field, request, limit] of [
    ["from", { from: 0n }, /1/],
    ["from", { from: -3n }, /1/],
    ["to", { to: 0n }, /1/],
    ["to", { to: 2n ** 63n }, /9223372036854775807/],
    ["maxCount", { maxCount: 0 }, /1/],
    ["maxCount", { maxCount: -1 }, /1/],
    ["maxCount", { maxCount: Number.NaN }, /whole/],
    ["maxCount", { maxCount: 2 ** 32 }, /4294967295/],
  ] as const) {
    test(`rejects a read with ${Object.entries(request).join().replace(",", " ")}`, async ({ store }) => {
      await seed(store, 1);
      await expectInvalid(() => collect(store.readAll(request)), field, { limit });
    });
  }

  test("reads 20,000 events in either direction", async ({ store }) => {
    for (let i = 0; i < 4; i++) await store.append(anAppend({ events: someEvents(5_000) }));
    for (const direction of ["forwards", "backwards"] as const) {
      let expected = direction === "forwards" ? 1n : 20_000n;
      for await (const { globalNonce, aggregateNonce } of store.readAll({ direction })) {
        if (globalNonce !== expected || aggregateNonce !== expected) expect(globalNonce).toBe(expected);
        expected += direction === "forwards" ? 1n : -1n;
      }
      expect(expected).toBe(direction === "forwards" ? 20_001n : 0n);
    }
  });

  test("reads events whose payloads are large, one after another", async ({ store }) => {
    const payload = new Uint8Array(512 * 1024).fill(1);
    for (let i = 0; i < 3; i++) await store.append(anAppend({ events: Array(4).fill(anEvent({ payload })) }));
    const sizes = (await wholeLog(store)).map((event) => event.payload.byteLength);
    expect(sizes).toEqual(Array(12).fill(payload.byteLength));
  });

  test("lets go of what a read holds when the reader leaves early", async ({ store }) => {
    await seed(store, 2_000);
    for (let i = 0; i < 100; i++) {
      expect((await collect(store.readAll(i % 2 === 0 ? {} : backwards), { max: 1 })).length).toBe(1);
    }
    await seed(store, 1);
    expect(await globalNonces(store.readAll())).toEqual(nonces(1, 2_001));
  });

  test("lets others read and append while many readers stand still in the middle", async ({ store }) => {
    await seed(store, 2_000);
    const readers = Array.from({ length: 30 }, () => store.readAll()[Symbol.asyncIterator]());
    for (const reader of readers) await reader.next();
    await seed(store, 1);
    expect((await globalNonces(store.readAll())).length).toBe(2_001);
    for (const reader of readers) expect((await reader.next()).value?.globalNonce).toBe(2n);
    for (const reader of readers) await reader.return?.();
  });
});
