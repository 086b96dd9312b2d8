import {
  type JsonObject,
  nonceMax,
  type ReadModelCommit,
  type ReadModelFilter,
  type ReadModelQuery,
} from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { expectInvalid } from "../../failure.ts";
import { aCommit, allDocuments, balances, put, type ReadModelContext, remove } from "./read-model-context.ts";

const wide = (depth: number): JsonObject => (depth === 1 ? {} : { a: wide(depth - 1) });
const deepFilter = (depth: number): ReadModelFilter =>
  depth === 1 ? { op: "eq", path: "a", value: 1 } : { op: "not", filter: deepFilter(depth - 1) };
const at = (document: unknown): Partial<ReadModelCommit> => ({ writes: [put("k", document as JsonObject)] });

const commits: readonly (readonly [string, Partial<ReadModelCommit>, string, RegExp])[] = [
  ["a checkpoint without a name", { checkpoint: { name: "", version: 1 } }, "checkpoint.name", /1 to 255/],
  ["a version of 0", { checkpoint: { name: "b", version: 0 } }, "checkpoint.version", /from 1/],
  ["a partition below 0", { checkpoint: { ...balances, partition: -1 } }, "checkpoint.partition", /from 0/],
  ["a checkpoint that goes back", { from: 5n, to: 4n }, "to", /from 5/],
  ["a checkpoint beyond the largest nonce", { to: nonceMax + 1n }, "to", RegExp(`${nonceMax}`)],
  ["a negative checkpoint", { from: -1n }, "from", /from 0/],
  ["an empty key", { writes: [put("")] }, "writes[0].key", /1 to 255/],
  ["a key of 256 characters", { writes: [put("a"), remove("k".repeat(256))] }, "writes[1].key", /255/],
  ["a key with U+0000", { writes: [put("a\u0000b")] }, "writes[0].key", /control/],
  ["a key with a lone surrogate", { writes: [remove("\ud800")] }, "writes[0].key", /surrogate/],
  [
    "another model without a version",
    { writes: [put("a", {}, { name: "b" } as never)] },
    "writes[0].model.version",
    /from 1/,
  ],
  [
    "a kind of write that is none",
    { writes: [{ kind: "merge", key: "a" } as never] },
    "writes[0].kind",
    /put/,
  ],
  ["a list for a document", at([]), "writes[0].document", /JSON object/],
  ["a date in a document", at({ at: new Date(0) }), "writes[0].document.at", /JSON value/],
  ["a bigint in a document", at({ n: [1, 2n] }), "writes[0].document.n[1]", /JSON value/],
  ["NaN in a document", at({ n: Number.NaN }), "writes[0].document.n", /JSON value/],
  ["infinity in a document", at({ n: -1 / 0 }), "writes[0].document.n", /JSON value/],
  ["undefined in a list", at({ n: [undefined] }), "writes[0].document.n[0]", /JSON value/],
  ["U+0000 in a text", at({ a: { b: "x\u0000" } }), "writes[0].document.a.b", /U\+0000/],
  ["a lone surrogate in a text", at({ a: "\udc00" }), "writes[0].document.a", /Unicode/],
  ["U+0000 in a field's name", at({ a: { "\u0000": 1 } }), "writes[0].document.a.field", /U\+0000/],
  ["a document that is too deep", at(wide(65)), `writes[0].document${".a".repeat(64)}`, /64/],
  ["a document that is too large", at({ a: "x".repeat(1024 * 1024) }), "writes[0].document", /1048576/],
];

const queries: readonly (readonly [string, ReadModelQuery, string, RegExp])[] = [
  ["a limit of 0", { limit: 0 }, "limit", /from 1 to 1000/],
  ["a limit of 1,001", { limit: 1001 }, "limit", /1000/],
  ["an empty path", { orderBy: [{ path: "" }] }, "orderBy[0].path", /1 to 255/],
  ["a path with an empty step", { orderBy: [{ path: "a..b" }] }, "orderBy[0].path", /steps/],
  ["a path of 17 steps", { orderBy: [{ path: "a.".repeat(16).concat("a") }] }, "orderBy[0].path", /16/],
  ["nine orders", { orderBy: Array(9).fill({ path: "a" }) }, "orderBy", /8/],
  [
    "a direction that is none",
    { orderBy: [{ path: "a", direction: "up" as never }] },
    "orderBy[0].direction",
    /desc/,
  ],
  [
    "nulls in the middle",
    { orderBy: [{ path: "a", nulls: "middle" as never }] },
    "orderBy[0].nulls",
    /first/,
  ],
];

const filters: readonly (readonly [string, ReadModelFilter, string, RegExp])[] = [
  ["an op that is none", { op: "like", path: "a", value: "x" } as never, "where.op", /"eq"/],
  ["a path with U+0000", { op: "eq", path: "a\u0000", value: 1 }, "where.path", /control/],
  ["a value that is a list", { op: "eq", path: "a", value: [] as never }, "where.value", /string/],
  ["a null to compare with", { op: "lt", path: "a", value: null as never }, "where.value", /boolean/],
  ["NaN", { op: "gt", path: "a", value: Number.NaN }, "where.value", /finite/],
  ["U+0000", { op: "eq", path: "a", value: "\u0000" }, "where.value", /U\+0000/],
  ["a number as a prefix", { op: "prefix", path: "a", value: 1 as never }, "where.value", /string/],
  ["a lone surrogate", { op: "in", path: "a", values: ["x", "\ud83d"] }, "where.values[1]", /Unicode/],
  ["too many values", { op: "in", path: "a", values: Array(10_001).fill(1) }, "where.values", /10000/],
  [
    "too many filters",
    { op: "or", filters: Array(500).fill({ op: "eq", path: "a", value: 1 }) },
    "where.filters[499]",
    /500/,
  ],
  ["filters too deep", deepFilter(17), `where${".filter".repeat(16)}`, /16/],
  [
    "a text that is too long",
    { op: "contains", path: "a", value: "x".repeat(65_537) },
    "where.value",
    /65536/,
  ],
];

export const invalidReadModels: ContractArea<ReadModelContext> = contractArea("invalid requests", (test) => {
  for (const [words, fields, field, limit] of commits) {
    test(`refuses a commit with ${words}, and writes nothing`, async ({ store }) => {
      await expectInvalid(() => store.commit(aCommit(fields)), field, { limit });
      expect(await allDocuments(store)).toEqual({});
      expect(await store.checkpoint(balances)).toBe(0n);
    });
  }

  for (const [words, query, field, limit] of queries) {
    test(`refuses a query with ${words}`, async ({ store }) => {
      await expectInvalid(() => store.find(balances, query), field, { limit });
    });
  }

  for (const [words, where, field, limit] of filters) {
    test(`refuses a filter with ${words}`, async ({ store }) => {
      await expectInvalid(() => store.find(balances, { where }), field, { limit });
      await expectInvalid(() => store.count(balances, where), field, { limit });
    });
  }

  test("takes what is just within the bounds", async ({ store }) => {
    const text = "x".repeat(1024 * 1024 - '{"a":""}'.length);
    await store.commit(aCommit({ writes: [put("k".repeat(255), wide(64)), put("l", { a: text })] }));
    const most: ReadModelFilter = {
      op: "or",
      filters: Array(499).fill({ op: "eq", path: "a", value: text.slice(0, 65_536) }),
    };
    expect(await store.count(balances, most)).toBe(0);
    expect(await store.count(balances, deepFilter(16))).toBe(2);
    expect(
      (
        await store.find(balances, {
          limit: 1000,
          orderBy: Array(8).fill({ path: "a.".repeat(15).concat("a") }),
        })
      ).documents.length,
    ).toBe(2);
  });

  test("refuses read models that are none, wherever they are named", async ({ store }) => {
    const model = { name: "a\n", version: 1.5 };
    for (const attempt of [
      () => store.define(model),
      () => store.getMany(model, []),
      () => store.find(model, {}),
      () => store.count(model),
      () => store.activate(model),
      () => store.drop(model),
    ]) {
      await expectInvalid(attempt, "model.name", { limit: /control/ });
      await expectInvalid(attempt, "model.version", { limit: /whole/ });
    }
    await expectInvalid(() => store.checkpoint(model), "checkpoint.name");
    await expectInvalid(() => store.activeVersion(""), "name");
    await expectInvalid(() => store.define({ ...balances, indexes: ["a", "."] }), "model.indexes[1]");
    await expectInvalid(() => store.getMany(balances, ["a", ""]), "keys[1]");
  });
});
