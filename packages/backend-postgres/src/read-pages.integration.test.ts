import { any, type EventStore } from "@leftfold/core";
import { anAppend, anEvent, collect, someEvents } from "@leftfold/testing";
import { describe, expect, it } from "vitest";
import { pageBytesMax, pageEventsMax, readLogPage } from "./read-page.ts";
import { readAhead, readAllPages, readStreamPages } from "./read-pages.ts";
import { Workbench } from "./testing/workbench.ts";

const upTo = (count: number): bigint[] => Array.from({ length: count }, (_, i) => BigInt(i + 1));
const append = async (store: EventStore, count: number, aggregateId = "o1"): Promise<void> => {
  await store.append(anAppend({ aggregateId, expected: any, events: someEvents(count) }));
};

describe("pages", () => {
  it("are small when events are large, so that memory is bounded by bytes and not by events", async () => {
    await using workbench = new Workbench();
    const store = (await workbench.backend()).tenant("t");
    const payload = new Uint8Array(1024 * 1024).fill(7);
    for (let i = 0; i < 6; i++) await store.append(anAppend({ events: [anEvent({ payload }), anEvent()] }));
    const { schema, sql } = workbench;
    const table = { sql, schema, tenantId: "t" };
    const counts: number[] = [];
    for await (const batch of readAllPages(table, {}, 12n, undefined)) {
      counts.push(batch.count);
      expect(batch.bytes.length).toBeLessThan(pageBytesMax + payload.length + 1024);
    }
    expect(counts).toEqual([1, 2, 2, 2, 2, 2, 1]);
    const backwards = await collect(store.readAll({ direction: "backwards" }));
    expect(backwards.map(({ payload: { length } }) => length)).toEqual(
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 2 : payload.length)),
    );
    const filtered = await collect(store.readAll({ query: { anyOf: [{ aggregateIdPrefix: "o" }] } }));
    expect(filtered.map(({ globalNonce }) => globalNonce)).toEqual(upTo(12));
    const stream = { aggregateType: "order", aggregateId: "o1" };
    const streamCounts = (await collect(readStreamPages(table, stream, undefined))).map(({ count }) => count);
    expect(streamCounts).toEqual([1, 2, 2, 2, 2, 2, 1]);
  });

  it("of a stream follow each other in both directions, from anywhere, up to any count", async () => {
    await using workbench = new Workbench();
    const store = (await workbench.backend()).tenant("t");
    const length = 2 * pageEventsMax + 10;
    for (let i = 0; i < 2; i++) {
      await append(store, length / 2, "o1");
      await append(store, 7, "o2");
    }
    const stream = { aggregateType: "order", aggregateId: "o1" };
    const all = upTo(length);
    const bounds = [1, 2, pageEventsMax, pageEventsMax + 1, 2 * pageEventsMax, length, length + 1];
    for (const from of bounds) {
      for (const maxCount of [undefined, 1, pageEventsMax, pageEventsMax + 1]) {
        const request = { ...stream, from: BigInt(from), ...(maxCount && { maxCount }) };
        const forwards = (await collect(store.readStream(request))).map((e) => e.aggregateNonce);
        expect(forwards).toEqual(all.slice(from - 1).slice(0, maxCount));
        const backwards = await collect(store.readStream({ ...request, direction: "backwards" }));
        expect(backwards.map((e) => e.aggregateNonce)).toEqual(
          all.slice(0, from).reverse().slice(0, maxCount),
        );
      }
    }
  });

  it("of a log are read to the head of the moment at which reading began", async () => {
    await using workbench = new Workbench();
    const store = (await workbench.backend()).tenant("t");
    await append(store, pageEventsMax + 5);
    const read: bigint[] = [];
    for await (const { globalNonce } of store.readAll()) {
      if (read.push(globalNonce) === 1) await append(store, 5);
    }
    expect(read).toEqual(upTo(pageEventsMax + 5));
  });

  it("stop loudly at a hole", async () => {
    await using workbench = new Workbench();
    const store = (await workbench.backend()).tenant("t");
    await append(store, 3);
    await workbench.sql.unsafe(`update ${workbench.schema}.tenants set head = 5`);
    for (const direction of ["forwards", "backwards"] as const) {
      await expect(collect(store.readAll({ direction }))).rejects.toMatchObject({
        code: "internal",
        message: expect.stringContaining("hole"),
      });
    }
    expect(await collect(store.readAll({ to: 3n }))).toHaveLength(3);
  });

  it("cross the windows of a sparse query without looking through all of the log at once", async () => {
    await using workbench = new Workbench();
    const store = (await workbench.backend()).tenant("t");
    await store.append(anAppend({ events: [anEvent({ eventType: "Rare", tags: ["r"] })] }));
    for (let i = 0; i < 2; i++) await append(store, 9_000);
    await store.append(anAppend({ events: [anEvent({ eventType: "Rare", tags: ["r"] })] }));
    for (const item of [{ eventTypes: ["Rare"] }, { tags: ["r"] }]) {
      const query = { anyOf: [item] };
      const forwards = await collect(store.readAll({ query }));
      expect(forwards.map(({ globalNonce }) => globalNonce)).toEqual([1n, 18_002n]);
      const backwards = await collect(store.readAll({ query, direction: "backwards", maxCount: 2 }));
      expect(backwards.map(({ globalNonce }) => globalNonce)).toEqual([18_002n, 1n]);
    }
  });

  it("are empty where nothing is", async () => {
    await using workbench = await Workbench.migrated();
    const { schema, sql } = workbench;
    const stretch = { lowest: 1n, highest: 9n, order: "asc", limit: 5 } as const;
    const page = await readLogPage({ sql, schema, tenantId: "nobody" }, stretch);
    expect(page).toEqual({ batch: undefined, isFull: false });
  });
});

describe("reading ahead", () => {
  it("asks for the next page before this one is done with, and for no more than that", async () => {
    let asked = 0;
    async function* source(): AsyncGenerator<number, void, undefined> {
      for (;;) yield ++asked;
    }
    const pages = readAhead(source());
    expect(await pages.next()).toEqual({ done: false, value: 1 });
    await undefined;
    expect(asked).toBe(2);
    expect(await pages.next()).toEqual({ done: false, value: 2 });
    await pages.return();
    expect(asked).toBe(3);
  });

  it("ends its source when it is left, and hands on a failure in its place", async () => {
    let ended = 0;
    async function* source(): AsyncGenerator<number, void, undefined> {
      try {
        yield 1;
        yield 2;
        throw new Error("broken");
      } finally {
        ended++;
      }
    }
    for await (const page of readAhead(source())) if (page === 1) break;
    expect(ended).toBe(1);
    const seen: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const page of readAhead(source())) seen.push(page);
    };
    await expect(reading()).rejects.toThrow("broken");
    expect(seen).toEqual([1, 2]);
    expect(ended).toBe(2);
  });
});
