import { any, type EventStore } from "@leftfold/core";
import { anAppend, anEvent, collect, someEvents } from "@leftfold/testing";
import { describe, expect, it } from "vitest";
import { loadFacts } from "./load-facts.ts";
import { pageBytesMax, pageEventsMax, readLogPage, readStreamPage, wholePage } from "./read-page.ts";
import { readAllPages, readStreamPages } from "./read-pages.ts";
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
    const streamCounts: number[] = [];
    for (let lowest = 1n; lowest <= 12n; ) {
      const stretch = { ...stream, lowest, highest: 12n, order: "asc", limit: pageEventsMax } as const;
      const { batch, isFull } = await wholePage(readStreamPage(table, stretch));
      streamCounts.push(batch!.count);
      expect(isFull).toBe(lowest < 12n);
      lowest += BigInt(batch!.count);
    }
    expect(streamCounts).toEqual([1, 2, 2, 2, 2, 2, 1]);
    const inParts = await collect(readStreamPages(table, stream, undefined));
    expect(inParts.flatMap(({ events }) => events.map((event) => event.aggregateNonce))).toEqual(upTo(12));
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

  it("of a tag are in order at any length and from anywhere, however its rows lie in the table", async () => {
    await using workbench = new Workbench();
    const { schema, sql } = workbench;
    const store = (await workbench.backend()).tenant("t");
    const tagsOf = (nonce: number): string[] => (nonce % 3 === 0 ? ["dense", "third"] : ["dense"]);
    const all = Array.from({ length: 800 }, (_, i) => i + 1);
    await store.append(anAppend({ events: all.map((nonce) => anEvent({ tags: tagsOf(nonce) })) }));
    await sql.unsafe(
      `create table ${schema}.shuffled as select * from ${schema}.event_tags order by md5(global_nonce::text); ` +
        `alter table ${schema}.event_tags disable trigger all; truncate ${schema}.event_tags; ` +
        `insert into ${schema}.event_tags select * from ${schema}.shuffled`,
    );
    const items = [["dense"], ["third"], ["dense", "third"]];
    for (const tags of items) {
      const having = all.filter((nonce) => tags.every((tag) => tagsOf(nonce).includes(tag)));
      for (const from of [1, 2, 255, 256, 257, 511, 512, 513, 800]) {
        for (const maxCount of [1, 2, 86, 256, 257, 600]) {
          const request = { query: { anyOf: [{ tags }] }, from: BigInt(from), maxCount };
          const forwards = await collect(store.readAll(request));
          expect(forwards.map(({ globalNonce }) => Number(globalNonce))).toEqual(
            having.filter((nonce) => nonce >= from).slice(0, maxCount),
          );
          const backwards = await collect(store.readAll({ ...request, direction: "backwards" }));
          expect(backwards.map(({ globalNonce }) => Number(globalNonce))).toEqual(
            having
              .filter((nonce) => nonce <= from)
              .reverse()
              .slice(0, maxCount),
          );
        }
        const wanted = { head: false, aggregates: [], keys: [], eventIds: [] };
        const conditions = [{ failIfMatches: { anyOf: [{ tags }] }, after: BigInt(from) }];
        const { matches } = await loadFacts(sql, schema, { tenantId: "t", conditions, ...wanted });
        expect(matches).toEqual([having.find((nonce) => nonce > from)].map((n) => n && BigInt(n)));
      }
    }
  });

  it("cost PostgreSQL no more than what they hold, also while it has no statistics", async () => {
    await using workbench = await Workbench.migrated();
    const { schema, sql } = workbench;
    await sql.unsafe(`alter table ${schema}.events set (autovacuum_enabled = false)`);
    const store = (await workbench.backend()).tenant("t");
    // Of fewer, or smaller, it expects so little that it looks them up one after the other, as they are to be read.
    const length = 80 * pageEventsMax;
    const payload = new Uint8Array(400);
    const events = Array.from({ length: length / 10 }, () => anEvent({ payload }));
    for (let i = 0; i < 10; i++) await store.append(anAppend({ aggregateId: "o1", expected: any, events }));
    const lane = workbench.renewedLane();
    const table = { sql: lane, schema, tenantId: "t" };
    const stream = { aggregateType: "order", aggregateId: "o1" };
    const looks = async (pages: AsyncIterable<{ readonly count: number }>): Promise<number> => {
      const before = await fetched(workbench);
      let count = 0;
      for await (const page of pages) count += page.count;
      expect(count).toBe(length);
      await lane.unsafe("select pg_stat_force_next_flush()");
      const looked = (await fetched(workbench)) - before;
      // Otherwise it was not told, and everything below would hold.
      expect(looked).toBeGreaterThanOrEqual(length);
      return looked;
    };
    const head = BigInt(length);
    const backwards = { direction: "backwards" } as const;
    // Some of a page's events may be left to the next one, since it weighs enough.
    const most = 1.2 * length;
    expect(await looks(readAllPages(table, {}, head, undefined))).toBeLessThan(most);
    expect(await looks(readAllPages(table, backwards, head, undefined))).toBeLessThan(most);
    expect(await looks(readStreamPages(table, stream, undefined))).toBeLessThan(most);
    // Where a stream ends is found out with its first page.
    const toTheEnd = await looks(readStreamPages(table, { ...stream, ...backwards }, undefined));
    expect(toTheEnd).toBeLessThan(length + most);
  });

  it("are empty where nothing is", async () => {
    await using workbench = await Workbench.migrated();
    const { schema, sql } = workbench;
    const stretch = { lowest: 1n, highest: 9n, order: "asc", limit: 5 } as const;
    const page = await wholePage(readLogPage({ sql, schema, tenantId: "nobody" }, stretch));
    expect(page).toEqual({ batch: undefined, isFull: false });
  });
});

/** How many rows of events were looked at through an index, as far as that was told. */
async function fetched({ sql, schemaName }: Workbench): Promise<number> {
  const [row] = await sql.unsafe(
    "select idx_tup_fetch from pg_stat_user_tables where schemaname = $1 and relname = 'events'",
    [schemaName],
  );
  return Number(row?.["idx_tup_fetch"]);
}
