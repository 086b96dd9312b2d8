import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "./errors.ts";
import { defaultLimits, nonceMax, uint32Max } from "./limits.ts";
import {
  validateCallOptions,
  validateReadAll,
  validateReadStream,
  validateSubscribe,
  validateTenantId,
} from "./validate-query.ts";

const limits = { ...defaultLimits, queryItemsMax: 2 };

const validators = {
  tenantId: (value: unknown) => validateTenantId(value as never, limits),
  readStream: (value: unknown) => validateReadStream(value as never, limits),
  readAll: (value: unknown) => validateReadAll(value as never, limits),
  subscribe: (value: unknown) => validateSubscribe(value as never, limits),
  callOptions: (value: unknown) => validateCallOptions(value as never),
};

/** What is found wrong, each as `field: value; limit`. */
function faults(what: keyof typeof validators, value: unknown): readonly string[] {
  try {
    validators[what](value);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return error.violations.map(({ field, value, limit }) => `${field}: ${value}; ${limit}`);
  }
}

const nonceFrom = (min: bigint): string => `a bigint from ${min} to ${nonceMax}`;
const count = `a whole number from 1 to ${uint32Max}`;
const direction = 'one of undefined, "forwards", "backwards"';

test("a tenant id is a name", () => {
  expect(faults("tenantId", "acme")).toEqual([]);
  expect(faults("tenantId", "")).toEqual(['tenantId: "" of 0 characters; 1 to 255 characters long']);
  expect(faults("tenantId", null)).toEqual(["tenantId: null; a string"]);
});

test.each(["readStream", "readAll", "subscribe"] as const)(
  "%s takes no request that is no object",
  (what) => {
    expect(faults(what, null)).toEqual(["request: null; an object"]);
    expect(faults(what, "all")).toEqual(['request: "all"; an object']);
  },
);

test("readStream takes an aggregate, and bounds or none", () => {
  const aggregate = { aggregateType: "A", aggregateId: "1" };
  expect(faults("readStream", aggregate)).toEqual([]);
  expect(faults("readStream", { ...aggregate, direction: "backwards", from: 1n, maxCount: 1 })).toEqual([]);
  expect(faults("readStream", { aggregateType: "", direction: "up", from: 0n, maxCount: 0 })).toEqual([
    'aggregateType: "" of 0 characters; 1 to 255 characters long',
    "aggregateId: undefined; a string",
    `direction: "up"; ${direction}`,
    `from: 0n; ${nonceFrom(1n)}`,
    `maxCount: 0; ${count}`,
  ]);
});

test("readAll takes bounds, a query, or nothing", () => {
  const query = { anyOf: [{ tags: ["a"] }] };
  expect(faults("readAll", {})).toEqual([]);
  expect(faults("readAll", { query, direction: "forwards", from: 1n, to: nonceMax, maxCount: 1 })).toEqual(
    [],
  );
  expect(
    faults("readAll", { query: {}, direction: null, from: 1, to: nonceMax + 1n, maxCount: 0.5 }),
  ).toEqual([
    "query.anyOf: undefined; a list of 1 to 2",
    `direction: null; ${direction}`,
    `from: 1; ${nonceFrom(1n)}`,
    `to: ${nonceMax + 1n}n; ${nonceFrom(1n)}`,
    `maxCount: 0.5; ${count}`,
  ]);
});

test("subscribe starts after a nonce, zero included, or at the head", () => {
  for (const after of [undefined, 0n, nonceMax, "head"]) expect(faults("subscribe", { after })).toEqual([]);
  expect(faults("subscribe", { after: "tail", query: null })).toEqual([
    "query: null; an object",
    `after: "tail"; ${nonceFrom(0n)}`,
  ]);
});

describe("a query", () => {
  const faultsOf = (query: unknown): readonly string[] => faults("readAll", { query });

  test("may have items without criteria, and criteria without names", () => {
    const empty = { eventTypes: [], aggregateTypes: [], aggregateIdPrefix: "", tags: [] };
    expect(faultsOf({ anyOf: [{}, empty] })).toEqual([]);
  });

  test("has at least one item, and at most so many", () => {
    expect(faultsOf({ anyOf: [] })).toEqual(["query.anyOf: a list of 0; a list of 1 to 2"]);
    expect(faultsOf({ anyOf: [{}, {}, {}] })).toEqual(["query.anyOf: a list of 3; a list of 1 to 2"]);
    expect(faultsOf({ anyOf: [null] })).toEqual(["query.anyOf[0]: null; an object"]);
  });

  test.each(["eventTypes", "aggregateTypes", "tags"])("has at most so many names in %s", (field) => {
    expect(faultsOf({ anyOf: [{ [field]: ["a", "b"] }] })).toEqual([]);
    expect(faultsOf({ anyOf: [{ [field]: ["a", "b", "c"] }] })).toEqual([
      `query.anyOf[0].${field}: a list of 3; a list of at most 2`,
    ]);
    expect(faultsOf({ anyOf: [{}, { [field]: ["a", ""] }] })).toEqual([
      `query.anyOf[1].${field}[1]: "" of 0 characters; 1 to 255 characters long`,
    ]);
    expect(faultsOf({ anyOf: [{ [field]: "a" }] })).toEqual([
      `query.anyOf[0].${field}: "a"; a list of at most 2`,
    ]);
  });

  test("has a prefix that a name can start with", () => {
    expect(faultsOf({ anyOf: [{ aggregateIdPrefix: "a" }] })).toEqual([]);
    for (const aggregateIdPrefix of ["\n", 0, null]) {
      expect(faultsOf({ anyOf: [{ aggregateIdPrefix }] })).toEqual([
        expect.stringMatching(/^query\.anyOf\[0\]\.aggregateIdPrefix: /),
      ]);
    }
  });
});

test("call options are a signal, a timeout above 0, both or neither", () => {
  const { signal } = new AbortController();
  expect(faults("callOptions", {})).toEqual([]);
  expect(faults("callOptions", { signal, timeoutMs: 0.5 })).toEqual([]);
  expect(faults("callOptions", { signal: "stop", timeoutMs: 0 })).toEqual([
    "timeoutMs: 0; a number of milliseconds above 0",
    'signal: "stop"; an AbortSignal',
  ]);
  expect(faults("callOptions", { signal: null })).toEqual(["signal: null; an AbortSignal"]);
  expect(faults("callOptions", 250)).toEqual(["options: 250; an object"]);
});
