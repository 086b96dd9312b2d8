import type { JsonObject } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { failure } from "../../failure.ts";
import { aCommit, allDocuments, balances, put, type ReadModelContext, remove } from "./read-model-context.ts";

const documents: Readonly<Record<string, JsonObject>> = {
  "an empty document": {},
  "values of every kind": {
    text: "é",
    number: -1.5,
    yes: true,
    no: false,
    nothing: null,
    list: [],
    object: {},
  },
  "nested objects and lists": { a: { b: [{ c: [1, [2, { d: null }]] }] } },
  "numbers at the edges": {
    n: [0, 0.1, 1e21, 1e-7, 2 ** 53 + 2, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308, -1e-320],
  },
  "odd texts": {
    t: ["", " ", "\\", '"', "\n\t\u0001", "\\u0000", "😀\u{10ffff}\uffff", "u\u0308", "{a,b}", "NULL"],
  },
  "odd names of fields": {
    "": 1,
    "a.b": 2,
    "'": 3,
    '"': 4,
    "\\": 5,
    "\n": 6,
    "0": 7,
    constructor: 8,
    toString: 9,
  },
};

const oddKeys = [
  " ",
  "'",
  '"',
  "\\",
  "{a,b}",
  "NULL",
  "%_",
  "a.b",
  "😀",
  "ü",
  "u\u0308",
  "constructor",
  "__proto__",
  "k".repeat(255),
  "訂".repeat(255),
];

export const committingDocuments: ContractArea<ReadModelContext> = contractArea(
  "committing documents",
  (test) => {
    for (const [words, document] of Object.entries(documents)) {
      test(`keeps ${words} as committed`, async ({ store, peer }) => {
        await store.commit(aCommit({ writes: [put("k", document)] }));
        expect((await peer.getMany(balances, ["k"])).get("k")).toEqual(document);
        expect((await peer.find(balances, {})).documents).toEqual([{ key: "k", document }]);
      });
    }

    test("keeps a field that is named like an object's prototype", async ({ store }) => {
      const document = JSON.parse('{"__proto__":{"a":1}}') as JsonObject;
      await store.commit(aCommit({ writes: [put("k", document)] }));
      const kept = (await store.getMany(balances, ["k"])).get("k")!;
      expect(JSON.stringify(kept)).toBe('{"__proto__":{"a":1}}');
      expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
    });

    test("does not keep fields that are undefined, nor the sign of zero", async ({ store }) => {
      await store.commit(aCommit({ writes: [put("k", { a: undefined, zero: -0, b: { c: undefined } })] }));
      expect((await store.getMany(balances, ["k"])).get("k")).toStrictEqual({ zero: 0, b: {} });
    });

    test("tells keys apart to the letter", async ({ store }) => {
      await store.commit(aCommit({ writes: oddKeys.map((key, i) => put(key, { i })) }));
      const found = await store.getMany(balances, oddKeys);
      expect(oddKeys.map((key) => found.get(key))).toEqual(oddKeys.map((_, i) => ({ i })));
    });

    test("keeps to itself what is there, whatever happens to what was given and handed out", async ({
      store,
    }) => {
      const given = { list: [1], inner: { a: 1 } };
      await store.commit(aCommit({ writes: [put("k", given)] }));
      given.list.push(2);
      given.inner.a = 2;
      for (const read of [
        async () => (await store.getMany(balances, ["k"])).get("k"),
        async () => (await store.find(balances, {})).documents[0]!.document,
      ]) {
        const found = (await read()) as typeof given;
        expect(found).toEqual({ list: [1], inner: { a: 1 } });
        await failure(async () => {
          found.list.push(3);
          found.inner.a = 3;
          throw new Error("It may be changed where it was handed out to.");
        });
      }
      expect(await allDocuments(store)).toEqual({ k: { list: [1], inner: { a: 1 } } });
    });

    test("replaces documents whole, removes them, and leaves the others alone", async ({ store, peer }) => {
      await store.commit(aCommit({ writes: [put("a", { x: 1, y: 1 }), put("b", { x: 2 }), put("c")] }));
      await peer.commit(
        aCommit({ from: 1n, to: 2n, writes: [put("a", { y: 3 }), remove("c"), remove("never there")] }),
      );
      expect(await allDocuments(store)).toEqual({ a: { y: 3 }, b: { x: 2 } });
    });

    test("applies writes in order: the last one to a key wins", async ({ store }) => {
      await store.commit(aCommit({ writes: [put("old", { n: 1 })] }));
      const writes = [
        put("a", { n: 1 }),
        remove("a"),
        put("a", { n: 2 }),
        put("b"),
        remove("b"),
        remove("old"),
        put("old", { n: 3 }),
        put("old", { n: 4 }),
      ];
      await store.commit(aCommit({ from: 1n, to: 2n, writes }));
      expect(await allDocuments(store)).toEqual({ a: { n: 2 }, old: { n: 4 } });
    });

    test("writes to other read models in the same commit", async ({ store }) => {
      const parked = { name: "balances: parked", version: 7 };
      const next = { ...balances, version: 2 };
      await store.commit(
        aCommit({
          writes: [
            put("a", { n: 1 }),
            put("a", { n: 2 }, parked),
            put("b", {}, parked),
            put("a", { n: 3 }, next),
          ],
        }),
      );
      await store.commit(
        aCommit({ from: 1n, to: 2n, writes: [put("c"), remove("b", parked), remove("a", next)] }),
      );
      expect(await allDocuments(store)).toEqual({ a: { n: 1 }, c: {} });
      expect(await allDocuments(store, parked)).toEqual({ a: { n: 2 } });
      expect(await allDocuments(store, next)).toEqual({});
      expect(await store.checkpoint(parked)).toBe(0n);
    });

    test("finds the documents that there are of some keys, each once", async ({ store }) => {
      await store.commit(aCommit({ writes: [put("a", { n: 1 }), put("b", { n: 2 })] }));
      expect(await store.getMany(balances, ["b", "none", "a", "b"])).toEqual(
        new Map([
          ["a", { n: 1 }],
          ["b", { n: 2 }],
        ]),
      );
      expect((await store.getMany(balances, [])).size).toBe(0);
      expect((await store.getMany({ ...balances, version: 2 }, ["a"])).size).toBe(0);
    });

    test("takes many documents in one commit", async ({ store }) => {
      const keys = Array.from({ length: 5000 }, (_, i) => `k${i}`);
      await store.commit(aCommit({ writes: keys.map((key, n) => put(key, { n })) }));
      await store.commit(aCommit({ from: 1n, to: 2n, writes: keys.slice(1000).map((key) => remove(key)) }));
      expect(await store.count(balances)).toBe(1000);
      expect((await store.getMany(balances, keys)).get("k999")).toEqual({ n: 999 });
    });

    test("keeps tenants, names and versions apart", async ({ store, otherTenant }) => {
      await store.commit(aCommit({ writes: [put("a", { n: 1 })] }));
      await otherTenant.commit(aCommit({ to: 5n, writes: [put("a", { n: 2 }), put("b")] }));
      for (const model of [
        { ...balances, version: 2 },
        { ...balances, name: "Balances" },
      ]) {
        expect(await allDocuments(store, model)).toEqual({});
        expect(await store.checkpoint(model)).toBe(0n);
      }
      expect(await allDocuments(store)).toEqual({ a: { n: 1 } });
      expect(await allDocuments(otherTenant)).toEqual({ a: { n: 2 }, b: {} });
      expect(await store.checkpoint(balances)).toBe(1n);
      expect(await otherTenant.checkpoint(balances)).toBe(5n);
    });
  },
);
