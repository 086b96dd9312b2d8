import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "./errors.ts";
import { matchesFilter } from "./matches-filter.ts";
import { compareOrdered, orderedValueAt, valueAt } from "./ordered-value.ts";
import { comparePlaces, queryOrder, reversedOrder } from "./query-order.ts";
import { cursorOf, readGap } from "./read-model-cursor.ts";
import type { JsonObject, ReadModelFilter } from "./read-model-store.ts";
import { validateReadModelCommit } from "./validate-read-model-commit.ts";

const document: JsonObject = { a: { b: 1, list: [1, "x"] }, text: "abc", yes: true, nothing: null };

describe("a path", () => {
  test("leads through objects, and nowhere else", () => {
    expect(valueAt(document, "a.b")).toBe(1);
    for (const path of [
      "a.c",
      "a.b.c",
      "a.list.0",
      "a.list.length",
      "text.length",
      "nothing.a",
      "toString",
    ]) {
      expect(valueAt(document, path)).toBeUndefined();
      expect(orderedValueAt(document, path)).toBeNull();
    }
  });

  test("has lists and objects rank alike, and long texts by what they begin with", () => {
    expect(orderedValueAt(document, "a")).toEqual([]);
    expect(compareOrdered(orderedValueAt(document, "a"), orderedValueAt(document, "a.list"))).toBe(0);
    expect(orderedValueAt({ t: "😀".repeat(201) }, "t")).toBe("😀".repeat(200));
    expect(orderedValueAt({ t: `${"x".repeat(199)}😀y` }, "t")).toBe(`${"x".repeat(199)}😀`);
  });
});

test.each<readonly [ReadModelFilter, boolean]>([
  [{ op: "eq", path: "a.b", value: 1 }, true],
  [{ op: "eq", path: "a.b", value: "1" }, false],
  [{ op: "ne", path: "none", value: 1 }, true],
  [{ op: "in", path: "nothing", values: [null] }, true],
  [{ op: "gt", path: "text", value: 1 }, false],
  [{ op: "lte", path: "yes", value: true }, true],
  [{ op: "lt", path: "a.b", value: 1 }, false],
  [{ op: "gte", path: "text", value: "abc" }, true],
  [{ op: "contains", path: "a.list", value: "x" }, true],
  [{ op: "contains", path: "text", value: 1 }, false],
  [{ op: "prefix", path: "text", value: "ab" }, true],
  [{ op: "prefix", path: "a", value: "" }, false],
  [{ op: "or", filters: [] }, false],
  [{ op: "and", filters: [{ op: "not", filter: { op: "or", filters: [] } }] }, true],
])("%o is %s", (filter, expected) => {
  expect(matchesFilter(filter, document)).toBe(expected);
});

const value = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((any) => any + 0),
  fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\u0000", "")),
  fc.constant([] as const),
);
const order = queryOrder([{ path: "a" }, { path: "b", direction: "desc", nulls: "first" }]);
const place = fc.record({ values: fc.tuple(value, value), key: fc.constantFrom("k", "l", "\uffff", "😀") });

test("an order is total, and the other way round when it is reversed", () => {
  fc.assert(
    fc.property(place, place, place, (one, other, third) => {
      const sign = Math.sign(comparePlaces(order, one, other));
      expect(Math.sign(comparePlaces(order, other, one))).toBe(sign === 0 ? 0 : -sign);
      expect(Math.sign(comparePlaces(reversedOrder(order), one, other))).toBe(sign === 0 ? 0 : -sign);
      expect(comparePlaces(reversedOrder(order), one, one)).toBe(0);
      expect(comparePlaces(reversedOrder(reversedOrder(order)), one, other)).toBe(
        comparePlaces(order, one, other),
      );
      if (sign <= 0 && comparePlaces(order, other, third) <= 0) {
        expect(comparePlaces(order, one, third)).toBeLessThanOrEqual(0);
      }
    }),
  );
});

test("a cursor gives back the gap it was made of, in its own order only", () => {
  fc.assert(
    fc.property(place, fc.constantFrom("behind" as const, "inFront" as const), (beside, lies) => {
      const cursor = cursorOf({ beside, lies }, order);
      expect(cursor).toMatch(/^[A-Za-z0-9+/]+$/);
      const gap = readGap(cursor, order)!;
      expect([gap.lies, gap.beside.key]).toEqual([lies, beside.key]);
      expect(comparePlaces(order, gap.beside, beside)).toBe(0);
      expect(readGap(cursor, queryOrder([{ path: "a" }]))).toBeUndefined();
    }),
  );
});

test("a forged cursor is none", () => {
  const forge = (content: unknown): string => btoa(encodeURIComponent(JSON.stringify(content)));
  const [signature] = JSON.parse(
    decodeURIComponent(atob(cursorOf({ beside: { values: [1, 2], key: "k" }, lies: "behind" }, order))),
  ) as [string];
  expect(readGap(forge([signature, [1, null], "k", 1]), order)).toBeDefined();
  for (const content of [
    {},
    [signature],
    [signature, [1], "k", 1],
    [signature, [1, {}], "k", 1],
    [signature, [1, [1]], "k", 1],
    [signature, [1, "\u0000"], "k", 1],
    [signature, [1, "x".repeat(201)], "k", 1],
    [signature, [1, 2], "", 1],
    [signature, [1, 2], "k\u0000", 1],
    [signature, "ab", "k", 1],
  ]) {
    expect(readGap(forge(content), order)).toBeUndefined();
  }
  expect(
    readGap(btoa(encodeURIComponent(`[${JSON.stringify(signature)},[1,1e999],"k",1]`)), order),
  ).toBeUndefined();
});

describe("a commit", () => {
  const commit = { checkpoint: { name: "b", version: 1 }, from: 0n, to: 1n };
  const put = (model?: { name: string; version: number }) =>
    ({ kind: "put", key: "k", document: {}, ...(model && { model }) }) as const;

  function faults(value: unknown): readonly string[] {
    try {
      validateReadModelCommit(value as never);
      return [];
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      return error.violations.map(({ field, limit }) => `${field}: ${limit}`);
    }
  }

  test("comes to the last write to each key of each read model", () => {
    const other = { name: "c", version: 2 };
    const writes = [put(), { kind: "remove", key: "k" }, put(other), { kind: "remove", key: "l" }] as const;
    expect(validateReadModelCommit({ ...commit, writes }).writes).toEqual([
      { model: commit.checkpoint, puts: new Map(), removals: new Set(["k", "l"]) },
      { model: other, puts: new Map([["k", "{}"]]), removals: new Set() },
    ]);
  });

  test("is bounded as a whole", () => {
    const toMany = Array.from({ length: 20 }, (_, i) => put({ name: "m", version: i + 1 }));
    expect(faults({ ...commit, writes: toMany })).toEqual(["writes: writes to at most 16 of them"]);
    expect(faults({ ...commit, writes: toMany.slice(0, 16) })).toEqual([]);
    const large = { kind: "put", document: { a: "x".repeat(1024 * 1023) } } as const;
    const writes = Array.from({ length: 65 }, (_, i) => ({ ...large, key: `${i}` }));
    expect(faults({ ...commit, writes })).toEqual(["writes: documents of at most 67108864 of them"]);
    expect(faults({ ...commit, writes: Array(100_001).fill(put()) })).toEqual([
      "writes: a list of at most 100000",
    ]);
  });

  test("is an object with a checkpoint and a list of writes", () => {
    expect(faults(null)).toEqual(["commit: an object"]);
    expect(faults({ ...commit, checkpoint: null, writes: [null, put()] })).toEqual([
      "checkpoint: an object",
      "writes[0]: an object",
    ]);
    expect(faults({ ...commit, writes: "all", within: 5 })).toEqual([
      "writes: a list of at most 100000",
      "within: a function",
    ]);
    const toJSON = (): number => 5;
    expect(faults({ ...commit, writes: [{ ...put(), document: { a: { toJSON } } }] })).toEqual([
      "writes[0].document.a: a JSON value",
    ]);
  });
});
