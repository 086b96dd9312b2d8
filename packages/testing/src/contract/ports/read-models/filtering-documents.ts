import type { JsonObject, ReadModelFilter } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { type ReadModelContext, seedDocuments, selectedKeys } from "./read-model-context.ts";

const long = "l".repeat(250);

/** Under `v`, by key. */
const values: Readonly<Record<string, JsonObject>> = {
  "0": { v: 0 },
  "1": { v: 1 },
  "-1": { v: -1 },
  "1.5": { v: 1.5 },
  "9": { v: 9 },
  "10": { v: 10 },
  big: { v: 1e300 },
  small: { v: 5e-324 },
  text0: { v: "0" },
  textA: { v: "A" },
  texta: { v: "a" },
  textab: { v: "ab" },
  "text%": { v: "a%b" },
  text_: { v: "a_b" },
  empty: { v: "" },
  uFFFF: { v: "\uffff" },
  u10000: { v: "\u{10000}" },
  long: { v: `${long}a` },
  longer: { v: `${long}ab` },
  yes: { v: true },
  no: { v: false },
  null: { v: null },
  none: {},
  list: { v: [1, "a", true, null, [2], { c: 3 }] },
  emptyList: { v: [] },
  object: { v: { c: "x", "0": "y" } },
};

const deep: Readonly<Record<string, JsonObject>> = {
  city: { owner: { address: { city: "Bern" } } },
  other: { owner: { address: { city: "Basel" } } },
  short: { owner: { address: "Bern" } },
  list: { owner: [{ address: { city: "Bern" } }] },
  dotted: { "owner.address.city": "Bern" },
  inherited: {},
};

type Expectation = readonly [string, ReadModelFilter, string];
const v = "v";

const expectations: readonly Expectation[] = [
  ["eq finds a number", { op: "eq", path: v, value: 1 }, "1"],
  ["eq finds 0 by -0", { op: "eq", path: v, value: -0 }, "0"],
  [
    "eq finds numbers that are large and small",
    {
      op: "or",
      filters: [
        { op: "eq", path: v, value: 1e300 },
        { op: "eq", path: v, value: 5e-324 },
      ],
    },
    "big small",
  ],
  ["eq finds a text to the letter", { op: "eq", path: v, value: "a" }, "texta"],
  ["eq finds the empty text", { op: "eq", path: v, value: "" }, "empty"],
  ["eq finds a long text, and no longer one", { op: "eq", path: v, value: `${long}a` }, "long"],
  ["eq finds a boolean", { op: "eq", path: v, value: true }, "yes"],
  ["eq null finds null and what is not there", { op: "eq", path: v, value: null }, "none null"],
  [
    "ne null finds what there is",
    {
      op: "and",
      filters: [
        { op: "ne", path: v, value: null },
        { op: "not", filter: { op: "gte", path: v, value: "" } },
        { op: "not", filter: { op: "lt", path: v, value: 1e308 } },
      ],
    },
    "emptyList list no object yes",
  ],
  [
    "ne finds what eq does not, null and other kinds included",
    {
      op: "and",
      filters: [
        { op: "ne", path: v, value: "a" },
        { op: "in", path: v, values: ["a", "A", null, 1, true] },
      ],
    },
    "1 none null textA yes",
  ],
  ["lt compares numbers by size", { op: "lt", path: v, value: 9 }, "-1 0 1 1.5 small"],
  ["lte finds the number itself", { op: "lte", path: v, value: 1 }, "-1 0 1 small"],
  ["gt compares numbers by size, and no texts", { op: "gt", path: v, value: 9 }, "10 big"],
  ["gte finds the number itself", { op: "gte", path: v, value: 10 }, "10 big"],
  ["lt with a text finds texts only", { op: "lt", path: v, value: "a" }, "empty text0 textA"],
  ["gt orders text by code points", { op: "gt", path: v, value: "\uffff" }, "u10000"],
  [
    "lte orders text by code points",
    {
      op: "and",
      filters: [
        { op: "gte", path: v, value: "\ue000" },
        { op: "lte", path: v, value: "\uffff" },
      ],
    },
    "uFFFF",
  ],
  [
    "gt tells long texts apart",
    {
      op: "and",
      filters: [
        { op: "gt", path: v, value: `${long}a` },
        { op: "lt", path: v, value: "m" },
      ],
    },
    "longer",
  ],
  [
    "lt tells long texts apart",
    {
      op: "and",
      filters: [
        { op: "lt", path: v, value: `${long}ab` },
        { op: "gt", path: v, value: "b" },
      ],
    },
    "long",
  ],
  [
    "lte finds a long text itself",
    {
      op: "and",
      filters: [
        { op: "lte", path: v, value: `${long}ab` },
        { op: "gte", path: v, value: `${long}ab` },
      ],
    },
    "longer",
  ],
  ["lt puts false before true", { op: "lt", path: v, value: true }, "no"],
  ["gte compares booleans", { op: "gte", path: v, value: false }, "no yes"],
  [
    "in finds values of several kinds",
    { op: "in", path: v, values: [10, "ab", false, "none of them"] },
    "10 no textab",
  ],
  ["in finds long texts", { op: "in", path: v, values: [`${long}ab`, "a%b"] }, "longer text%"],
  ["in with null finds what is not there", { op: "in", path: v, values: [null, 9] }, "9 none null"],
  ["in with nothing finds nothing", { op: "in", path: v, values: [] }, ""],
  ["contains finds an element of a list", { op: "contains", path: v, value: 1 }, "list"],
  ["contains finds a boolean in a list", { op: "contains", path: v, value: true }, "list"],
  ["contains does not look into lists within lists", { op: "contains", path: v, value: 2 }, ""],
  [
    "contains finds an element or a part",
    {
      op: "and",
      filters: [
        { op: "contains", path: v, value: "a" },
        { op: "not", filter: { op: "eq", path: v, value: "a" } },
      ],
    },
    "list long longer text% text_ textab",
  ],
  ["contains takes no character for a pattern", { op: "contains", path: v, value: "%" }, "text%"],
  [
    "contains takes the empty text for a part of every text",
    {
      op: "and",
      filters: [
        { op: "contains", path: v, value: "" },
        { op: "lt", path: v, value: "B" },
      ],
    },
    "empty text0 textA",
  ],
  ["prefix takes % for itself", { op: "prefix", path: v, value: "a%" }, "text%"],
  ["prefix takes _ for itself", { op: "prefix", path: v, value: "a_" }, "text_"],
  [
    "prefix finds texts that begin so, the text itself included",
    { op: "prefix", path: v, value: "a" },
    "text% text_ texta textab",
  ],
  [
    "prefix finds by the empty text all texts, and only texts",
    {
      op: "and",
      filters: [
        { op: "prefix", path: v, value: "" },
        { op: "lt", path: v, value: "b" },
      ],
    },
    "empty text% text0 textA text_ texta textab",
  ],
  ["prefix finds by long texts", { op: "prefix", path: v, value: `${long}a` }, "long longer"],
  ["prefix finds by longer texts", { op: "prefix", path: v, value: `${long}ab` }, "longer"],
  ["prefix finds beyond the basic plane", { op: "prefix", path: v, value: "\u{10000}" }, "u10000"],
  [
    "and of nothing selects all",
    {
      op: "and",
      filters: [
        { op: "and", filters: [] },
        { op: "eq", path: v, value: 1 },
      ],
    },
    "1",
  ],
  ["or of nothing selects none", { op: "or", filters: [] }, ""],
  [
    "or selects what any selects",
    {
      op: "or",
      filters: [
        { op: "eq", path: v, value: 1 },
        { op: "prefix", path: v, value: "ab" },
      ],
    },
    "1 textab",
  ],
  [
    "not selects what is not selected, missing values included",
    {
      op: "not",
      filter: {
        op: "or",
        filters: [
          { op: "lt", path: v, value: 1e308 },
          { op: "gte", path: v, value: "" },
        ],
      },
    },
    "emptyList list no none null object yes",
  ],
  [
    "not of not is the filter itself",
    { op: "not", filter: { op: "not", filter: { op: "gt", path: v, value: 9 } } },
    "10 big",
  ],
  ["a path leads into objects", { op: "eq", path: "v.c", value: "x" }, "object"],
  [
    "a step that looks like a place in a list is the name of a field",
    { op: "eq", path: "v.0", value: "y" },
    "object",
  ],
  ["a path leads nowhere from a text", { op: "ne", path: "v.length", value: null }, ""],
];

const deepExpectations: readonly Expectation[] = [
  ["a nested path finds by its value", { op: "eq", path: "owner.address.city", value: "Bern" }, "city"],
  [
    "a nested path leads nowhere from texts, lists and fields with dots",
    { op: "eq", path: "owner.address.city", value: null },
    "dotted inherited list short",
  ],
  ["a path does not lead to what objects inherit", { op: "ne", path: "constructor.name", value: null }, ""],
  ["a path may be named in any way", { op: "eq", path: "o'w\"n\\er.x", value: 1 }, ""],
];

export const filteringDocuments: ContractArea<ReadModelContext> = contractArea(
  "filtering documents",
  (test) => {
    for (const [seed, cases] of [
      [values, expectations],
      [deep, deepExpectations],
    ] as const) {
      for (const [words, where, keys] of cases) {
        test(words, async ({ store, peer }) => {
          await seedDocuments(store, seed);
          expect(await selectedKeys(peer, where)).toBe(keys);
        });
      }
    }

    test("finds the same with an index on the path, made before or after", async ({ store, peer }) => {
      const indexes = ["v", "o'w\"n\\er.x", "owner.address.city"];
      await store.define({ name: "balances", version: 1, indexes: indexes.slice(0, 1) });
      await seedDocuments(store, values);
      await Promise.all([store, peer].map((each) => each.define({ name: "balances", version: 1, indexes })));
      for (const [, where, keys] of expectations) expect(await selectedKeys(peer, where)).toBe(keys);
    });

    test("counts all documents without a filter", async ({ store }) => {
      expect(await store.count({ name: "balances", version: 1 })).toBe(0);
      await seedDocuments(store, deep);
      expect(await store.count({ name: "balances", version: 1 })).toBe(6);
    });
  },
);
