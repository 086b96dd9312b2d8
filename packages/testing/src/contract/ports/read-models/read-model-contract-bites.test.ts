import {
  comparePlaces,
  type JsonObject,
  matchesFilter,
  type ReadModelFilter,
  type ReadModelStore,
} from "@leftfold/core";
import { describe, expect, test } from "vitest";
import {
  type ReadModelRoom,
  type ReadModelRules,
  referenceReadModels,
} from "../../../reference/reference-read-models.ts";
import { type PortStores, runOverStores } from "../port-stores.ts";
import { readModelAreas, readModelStoreContract } from "./read-model-store-contract.ts";

function stores(broken: Partial<ReadModelRules> = {}): PortStores<ReadModelStore> {
  const room: ReadModelRoom = { documents: new Map(), checkpoints: new Map(), active: new Map() };
  const open = (tenant: string): ReadModelStore => referenceReadModels(room, tenant, broken);
  return { store: open("t"), peer: open("t"), otherTenant: open("other") };
}

readModelStoreContract({ name: "the reference store", makeStores: async () => stores() });

/** Which sentences of the contract do not hold. */
async function brokenSentences(broken: Partial<ReadModelRules>): Promise<string> {
  const names: string[] = [];
  for (const { name: area, tests } of readModelAreas) {
    if (area === "invalid requests" || area === "calls and their end") continue;
    for (const { name, run } of tests) {
      await runOverStores<ReadModelStore, PortStores<ReadModelStore>>(stores(broken), run).catch(() => {
        names.push(name);
      });
    }
  }
  return names.join("\n");
}

type Change = (filter: ReadModelFilter) => ReadModelFilter;

/** The rule for filters, but with some of them changed before, however deep they are. */
const changed =
  (change: Change) =>
  (filter: ReadModelFilter, document: JsonObject): boolean =>
    matchesFilter(changedFilter(filter, change), document);

function changedFilter(filter: ReadModelFilter, change: Change): ReadModelFilter {
  switch (filter.op) {
    case "and":
    case "or":
      return { op: filter.op, filters: filter.filters.map((inner) => changedFilter(inner, change)) };
    case "not":
      return { op: "not", filter: changedFilter(filter.filter, change) };
    default:
      return change(filter);
  }
}

const byUnits = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

const faults: readonly (readonly [string, Partial<ReadModelRules>, RegExp])[] = [
  ["takes commits from anywhere", { isStale: () => false }, /refuses a commit from where/],
  [
    "takes commits from any checkpoint that is past",
    { isStale: (actual, { from }) => actual < from },
    /same checkpoint at once/,
  ],
  [
    "lets others in between the look and the write",
    { pause: () => new Promise<void>((resolve) => setImmediate(resolve)) },
    /first commits win(.*\n)*.*loses no update/,
  ],
  ["knows one partition only", { partitionOf: () => 0 }, /for each partition/],
  ["mixes tenants", { keyOf: (_, { name, version }) => `${name} ${version}` }, /keeps tenants/],
  [
    "mixes versions",
    { keyOf: (tenant, { name }) => `${tenant} ${name}` },
    /keeps tenants, names and versions/,
  ],
  ["goes back to lower versions", { activated: (_, version) => version }, /never go back/],
  ["drops documents only", { drops: (what) => what === "documents" }, /dropped with documents/],
  ["drops checkpoints only", { drops: (what) => what === "checkpoints" }, /dropped with documents/],
  [
    "takes ne for there being another value",
    {
      matches: changed((filter) =>
        filter.op === "ne" && filter.value !== null
          ? { op: "and", filters: [filter, { op: "ne", path: filter.path, value: null }] }
          : filter,
      ),
    },
    /ne finds what eq does not/,
  ],
  [
    "takes lte for lt",
    { matches: changed((filter) => (filter.op === "lte" ? { ...filter, op: "lt" } : filter)) },
    /lte finds the number itself/,
  ],
  [
    "takes a prefix for a part",
    { matches: changed((filter) => (filter.op === "prefix" ? { ...filter, op: "contains" } : filter)) },
    /prefix finds texts that begin so/,
  ],
  [
    "orders keys by UTF-16 units",
    {
      compare: (order, one, other) =>
        order.paths.length === 0 ? byUnits(one.key, other.key) : comparePlaces(order, one, other),
    },
    /orders by key/,
  ],
  [
    "forgets the key where values are alike",
    { compare: (order, one, other) => comparePlaces(order, { ...one, key: "" }, { ...other, key: "" }) },
    /pages through all/,
  ],
  [
    "puts missing values last only",
    {
      compare: ({ paths, keyDirection }, one, other) =>
        comparePlaces({ paths: paths.map((path) => ({ ...path, nulls: "last" })), keyDirection }, one, other),
    },
    /puts missing ones first/,
  ],
];

describe("the ReadModelStore contract finds a store that", () => {
  test.each(faults)("%s", async (_, rules, sentence) => {
    expect(await brokenSentences(rules)).toMatch(sentence);
  });
});
