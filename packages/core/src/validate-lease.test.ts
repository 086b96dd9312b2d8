import { expect, test } from "vitest";
import { InvalidArgumentError } from "./errors.ts";
import { leaseDurationMsMax, nonceMax } from "./limits.ts";
import { validateHeldLease, validateLeasePrefix, validateLeaseRequest } from "./validate-lease.ts";

const validators = {
  request: (value: unknown) => validateLeaseRequest(value as never),
  held: (value: unknown) => validateHeldLease(value as never),
  prefix: (value: unknown) => validateLeasePrefix(value as never),
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

const ownership = { name: "balances/0", owner: "host-1" };

test("a lease is asked for by name and owner, for a whole number of milliseconds up to a day", () => {
  for (const durationMs of [1, leaseDurationMsMax]) {
    expect(faults("request", { ...ownership, durationMs })).toEqual([]);
  }
  const limit = `a whole number from 1 to ${leaseDurationMsMax}`;
  for (const durationMs of [0, -1, 0.5, Number.NaN, leaseDurationMsMax + 1]) {
    expect(faults("request", { ...ownership, durationMs })).toEqual([`durationMs: ${durationMs}; ${limit}`]);
  }
  expect(faults("request", { name: "", durationMs: 1n })).toEqual([
    'name: "" of 0 characters; 1 to 255 characters long',
    "owner: undefined; a string",
    `durationMs: 1n; ${limit}`,
  ]);
  expect(faults("request", null)).toEqual(["lease: null; an object"]);
});

test("a lease that is had has a token, from 1", () => {
  expect(faults("held", { ...ownership, token: 1n })).toEqual([]);
  const limit = `a bigint from 1 to ${nonceMax}`;
  expect(faults("held", { ...ownership, token: 0n })).toEqual([`token: 0n; ${limit}`]);
  expect(faults("held", { ...ownership, token: 1 })).toEqual([`token: 1; ${limit}`]);
  expect(faults("held", "balances/0")).toEqual(['lease: "balances/0"; an object']);
});

test("a prefix is nothing, or what a name can begin with", () => {
  for (const prefix of ["", "balances/"]) expect(faults("prefix", prefix)).toEqual([]);
  expect(faults("prefix", "a\n")).toEqual(['prefix: "a\\n"; free of control characters']);
  expect(faults("prefix", undefined)).toEqual(["prefix: undefined; a string"]);
});
