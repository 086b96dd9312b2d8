import { comparePlaces, type JsonObject, matchesFilter, type ReadModelFilter } from "@leftfold/core";
import type { ReadModelRules } from "./reference-read-models.ts";

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

/** Bugs that a test of read-model stores has to find, by what they do. */
export const brokenReadModels: Readonly<Record<string, Partial<ReadModelRules>>> = {
  "takes commits from anywhere": { isStale: () => false },
  "takes commits from any checkpoint that is past": { isStale: (actual, { from }) => actual < from },
  "knows one partition only": { partitionOf: () => 0 },
  "mixes tenants": { keyOf: (_, { name, version }) => `${name} ${version}` },
  "mixes versions": { keyOf: (tenant, { name }) => `${tenant} ${name}` },
  "goes back to lower versions": { activated: (_, version) => version },
  "drops documents only": { drops: (what) => what === "documents" },
  "drops checkpoints only": { drops: (what) => what === "checkpoints" },
  "takes ne for there being another value": {
    matches: changed((filter) =>
      filter.op === "ne" && filter.value !== null
        ? { op: "and", filters: [filter, { op: "ne", path: filter.path, value: null }] }
        : filter,
    ),
  },
  "takes lte for lt": {
    matches: changed((filter) => (filter.op === "lte" ? { ...filter, op: "lt" } : filter)),
  },
  "takes a prefix for a part": {
    matches: changed((filter) => (filter.op === "prefix" ? { ...filter, op: "contains" } : filter)),
  },
  "orders keys by UTF-16 units": {
    compare: (order, one, other) =>
      order.paths.length === 0 ? byUnits(one.key, other.key) : comparePlaces(order, one, other),
  },
  "forgets the key where values are alike": {
    compare: (order, one, other) => comparePlaces(order, { ...one, key: "" }, { ...other, key: "" }),
  },
  "puts missing values last only": {
    compare: ({ paths, keyDirection }, one, other) =>
      comparePlaces({ paths: paths.map((path) => ({ ...path, nulls: "last" })), keyDirection }, one, other),
  },
};

/** One that only shows when several commit at once. */
export const hastyReadModels: Partial<ReadModelRules> = {
  pause: () => new Promise<void>((resolve) => setImmediate(resolve)),
};
