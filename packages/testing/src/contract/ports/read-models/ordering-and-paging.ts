import type { JsonObject, ReadModelOrder, ReadModelQuery, ReadModelStore } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { expectInvalid } from "../../failure.ts";
import {
  aCommit,
  balances,
  foundKeys,
  put,
  type ReadModelContext,
  remove,
  seedDocuments,
} from "./read-model-context.ts";

const mixed: Readonly<Record<string, JsonObject>> = {
  "1": { v: 1 },
  "-2": { v: -2 },
  "10": { v: 10 },
  a: { v: "a" },
  B: { v: "B" },
  f: { v: "\uffff" },
  g: { v: "\u{10000}" },
  list: { v: [1] },
  no: { v: false },
  none: {},
  null: { v: null },
  object: { v: {} },
  yes: { v: true },
};
const ascending = "no yes -2 1 10 B a f g list object";
const descending = "list object g f a B 10 1 -2 yes no";

/** Ages and names, so that many are alike in one and some in both. */
const people: Readonly<Record<string, JsonObject>> = Object.fromEntries(
  Array.from({ length: 24 }, (_, i) => [
    `p${String(i).padStart(2, "0")}`,
    { ...(i % 5 !== 4 && { age: i % 3 }), who: { name: i % 7 === 6 ? null : ("abc"[i % 4] ?? "d") }, i },
  ]),
);

const orders: readonly (readonly ReadModelOrder[])[] = [
  [],
  [{ path: "age" }],
  [{ path: "age", direction: "desc" }],
  [{ path: "age", nulls: "first" }],
  [{ path: "age", direction: "desc", nulls: "first" }],
  [{ path: "age", direction: "desc" }, { path: "who.name" }],
  [
    { path: "who.name", nulls: "first" },
    { path: "age", direction: "desc" },
    { path: "i", direction: "desc" },
  ],
  [
    { path: "who.name", direction: "asc" },
    { path: "age", direction: "asc", nulls: "last" },
  ],
  [{ path: "nowhere" }],
];

/** More pages than any test has: a store that goes round in circles is found out. */
const pagesMax = 100;

/** All keys, page by page to the end, and back from there. */
async function pageThrough(
  store: ReadModelStore,
  query: ReadModelQuery,
): Promise<{ forth: string[]; back: string[] }> {
  let pageCount = 0;
  const forth: string[] = [];
  let page = await store.find(balances, query);
  expect(page.previous).toBeUndefined();
  for (;;) {
    expect(++pageCount).toBeLessThan(pagesMax);
    forth.push(...page.documents.map(({ key }) => key));
    if (page.next === undefined) break;
    page = await store.find(balances, { ...query, after: page.next });
    expect(page.previous).toBeDefined();
  }
  const back = page.documents.map(({ key }) => key);
  while (page.previous !== undefined) {
    expect(++pageCount).toBeLessThan(pagesMax);
    page = await store.find(balances, { ...query, before: page.previous });
    expect(page.next).toBeDefined();
    back.unshift(...page.documents.map(({ key }) => key));
  }
  return { forth, back };
}

export const orderingAndPaging: ContractArea<ReadModelContext> = contractArea(
  "ordering and paging",
  (test) => {
    test("orders by key when nothing else is asked for, by code points", async ({ store }) => {
      await seedDocuments(store, {
        b: {},
        a: {},
        B: {},
        "\u{10000}": {},
        "\uffff": {},
        ä: {},
        "10": {},
        "9": {},
      });
      expect(await foundKeys(store)).toEqual(["10", "9", "B", "a", "b", "ä", "\uffff", "\u{10000}"]);
    });

    for (const [direction, nulls, keys] of [
      ["asc", "last", `${ascending} none null`],
      ["asc", "first", `none null ${ascending}`],
      ["desc", "last", `${descending} none null`],
      ["desc", "first", `none null ${descending}`],
    ] as const) {
      test(`orders values of every kind, ${direction}, and puts missing ones ${nulls}`, async ({
        store,
        peer,
      }) => {
        await seedDocuments(store, mixed);
        expect((await foundKeys(peer, { orderBy: [{ path: "v", direction, nulls }] })).join(" ")).toBe(keys);
        await store.define({ ...balances, indexes: ["v"] });
        for (const each of [store, peer]) {
          expect((await foundKeys(each, { orderBy: [{ path: "v", direction, nulls }] })).join(" ")).toBe(
            keys,
          );
        }
      });
    }

    test("orders ascending, and missing values last, when it is not told otherwise", async ({ store }) => {
      await seedDocuments(store, mixed);
      expect((await foundKeys(store, { orderBy: [{ path: "v" }] })).join(" ")).toBe(`${ascending} none null`);
      const downwards = { orderBy: [{ path: "v", direction: "desc" as const }] };
      expect((await foundKeys(store, downwards)).join(" ")).toBe(`${descending} none null`);
    });

    test("orders texts by their first 200 characters, and by key where those are the same", async ({
      store,
    }) => {
      const [start, wide] = ["s".repeat(199), "😀".repeat(199)];
      await seedDocuments(store, {
        d: { v: `${start}ba` },
        c: { v: `${start}bb` },
        b: { v: `${start}c` },
        a: { v: start },
        g: { v: `${wide}ba` },
        f: { v: `${wide}b` },
        e: { v: `${wide}a` },
      });
      expect((await foundKeys(store, { orderBy: [{ path: "v" }] })).join("")).toBe("acdbefg");
      const { forth, back } = await pageThrough(store, { orderBy: [{ path: "v" }], limit: 1 });
      expect([forth.join(""), back.join("")]).toEqual(["acdbefg", "acdbefg"]);
    });

    test("lets what comes first in the order count most", async ({ store }) => {
      await seedDocuments(store, {
        a: { x: 1, y: 1 },
        b: { x: 0, y: 2 },
        c: { x: 1, y: 2 },
        d: { x: 0, y: 2 },
      });
      const orderBy: readonly ReadModelOrder[] = [{ path: "y", direction: "desc" }, { path: "x" }];
      expect((await foundKeys(store, { orderBy })).join("")).toBe("bdca");
    });

    test("gives 100 documents when it is not told how many", async ({ store }) => {
      await seedDocuments(store, Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, {}])));
      expect((await foundKeys(store)).length).toBe(100);
      expect((await foundKeys(store, { limit: 1000 })).length).toBe(101);
    });

    for (const orderBy of orders) {
      const words = orderBy.map(({ path, direction = "", nulls = "" }) =>
        `${path} ${direction} ${nulls}`.trim(),
      );
      test(`pages through all, forth and back, by ${words.join(", ") || "key"}`, async ({ store, peer }) => {
        await seedDocuments(store, people);
        const all = await foundKeys(store, { orderBy });
        expect(all.length).toBe(24);
        const check = async (): Promise<void> => {
          for (const limit of [1, 5, 24, 25]) {
            const { forth, back } = await pageThrough(peer, { orderBy, limit });
            expect(forth).toEqual(all);
            expect(back).toEqual(all);
          }
        };
        await check();
        await store.define({ ...balances, indexes: orderBy.map(({ path }) => path) });
        await peer.define({ ...balances, indexes: orderBy.map(({ path }) => path) });
        expect(await foundKeys(peer, { orderBy })).toEqual(all);
        await check();
      });
    }

    test("pages through what a filter selects", async ({ store }) => {
      await seedDocuments(store, people);
      const where = { op: "eq" as const, path: "age", value: 1 };
      const { forth, back } = await pageThrough(store, {
        where,
        orderBy: [{ path: "i", direction: "desc" }],
        limit: 2,
      });
      expect(forth).toEqual(["p22", "p16", "p13", "p10", "p07", "p01"]);
      expect(back).toEqual(forth);
    });

    test("has no cursors where there is nothing else", async ({ store }) => {
      expect(await store.find(balances, {})).toEqual({ documents: [], next: undefined, previous: undefined });
      await seedDocuments(store, { a: {}, b: {} });
      const page = await store.find(balances, { limit: 2 });
      expect([page.next, page.previous]).toEqual([undefined, undefined]);
    });

    test("goes on from a cursor whose documents have gone, changed or been joined by others", async ({
      store,
    }) => {
      const orderBy: readonly ReadModelOrder[] = [{ path: "n" }];
      await seedDocuments(store, { a: { n: 1 }, b: { n: 2 }, c: { n: 3 }, d: { n: 4 } });
      const first = await store.find(balances, { orderBy, limit: 2 });
      const writes = [remove("b"), put("c", { n: 9 }), put("e", { n: 2.5 }), put("f", { n: 0 })];
      await store.commit(aCommit({ from: 1n, to: 2n, writes }));
      const second = await store.find(balances, { orderBy, after: first.next! });
      expect(second.documents.map(({ key }) => key).join("")).toBe("edc");
      const back = await store.find(balances, { orderBy, before: second.previous! });
      expect(back.documents.map(({ key }) => key).join("")).toBe("fa");
    });

    test("gives a page without documents cursors to where there are some", async ({ store }) => {
      await seedDocuments(store, { a: {}, b: {} });
      const first = await store.find(balances, { limit: 1 });
      await store.commit(aCommit({ from: 1n, to: 2n, writes: [remove("b")] }));
      const empty = await store.find(balances, { after: first.next! });
      expect([empty.documents, empty.next]).toEqual([[], undefined]);
      const back = await store.find(balances, { before: empty.previous! });
      expect(back.documents.map(({ key }) => key)).toEqual(["a"]);
      await store.commit(aCommit({ from: 2n, to: 3n, writes: [remove("a"), put("c")] }));
      const front = await store.find(balances, { before: first.next! });
      expect([front.documents, front.previous]).toEqual([[], undefined]);
      expect(await foundKeys(store, { after: front.next! })).toEqual(["c"]);
    });

    test("refuses cursors that are none, of another order, or two at once", async ({ store }) => {
      await seedDocuments(store, people);
      const { next } = await store.find(balances, { orderBy: [{ path: "age" }], limit: 1 });
      const others: readonly (readonly ReadModelOrder[])[] = [
        [],
        [{ path: "age", direction: "desc" }],
        [{ path: "age", nulls: "first" }],
        [{ path: "who.name" }],
        [{ path: "age" }, { path: "i" }],
      ];
      for (const orderBy of others) {
        await expectInvalid(() => store.find(balances, { orderBy, after: next! }), "after", {
          limit: /same order/,
        });
        await expectInvalid(() => store.find(balances, { orderBy, before: next! }), "before", {
          limit: /same order/,
        });
      }
      const same = [{ path: "age", direction: "asc" as const, nulls: "last" as const }];
      expect((await foundKeys(store, { orderBy: same, after: next! })).length).toBe(23);
      for (const cursor of [
        "",
        "x",
        "e30",
        next!.slice(1),
        `${next}%`,
        5 as never,
        null as never,
        "A".repeat(1e6),
      ]) {
        await expectInvalid(() => store.find(balances, { after: cursor }), "after");
      }
      const both = { orderBy: [{ path: "age" }], after: next!, before: next! };
      await expectInvalid(() => store.find(balances, both), "before", { limit: /absent/ });
    });
  },
);
