import { expect, test } from "vitest";
import { InvalidArgumentError } from "./errors.ts";
import { nonceMax, snapshotBytesMax, uint32Max } from "./limits.ts";
import { validateSnapshot, validateSnapshotAggregate, validateSnapshotId } from "./validate-snapshot.ts";

const validators = {
  snapshot: (value: unknown) => validateSnapshot(value as never),
  id: (value: unknown) => validateSnapshotId(value as never),
  aggregate: (value: unknown) => validateSnapshotAggregate(value as never),
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

const aggregate = { aggregateType: "Account", aggregateId: "ann" };
const id = { ...aggregate, stateVersion: 1 };

test("a snapshot is an aggregate's state, of a version and at a nonce", () => {
  const snapshot = { ...id, aggregateNonce: 1n, state: new Uint8Array(0) };
  expect(faults("snapshot", snapshot)).toEqual([]);
  const most = { aggregateNonce: nonceMax, stateVersion: uint32Max, state: new Uint8Array(snapshotBytesMax) };
  expect(faults("snapshot", { ...snapshot, ...most })).toEqual([]);
});

test("everything that is wrong with a snapshot is told at once", () => {
  const wrong = { aggregateType: "", aggregateId: 5, stateVersion: 0, aggregateNonce: 0n, state: "{}" };
  expect(faults("snapshot", wrong)).toEqual([
    'aggregateType: "" of 0 characters; 1 to 255 characters long',
    "aggregateId: 5; a string",
    `stateVersion: 0; a whole number from 1 to ${uint32Max}`,
    `aggregateNonce: 0n; a bigint from 1 to ${nonceMax}`,
    'state: "{}"; a Uint8Array',
  ]);
  expect(faults("snapshot", undefined)).toEqual(["snapshot: undefined; an object"]);
});

test("a state that is too large is refused with its size", () => {
  const state = new Uint8Array(snapshotBytesMax + 1);
  expect(faults("snapshot", { ...id, aggregateNonce: 1n, state })).toEqual([
    `state: ${snapshotBytesMax + 1} bytes; at most ${snapshotBytesMax} bytes`,
  ]);
});

test("an id names a version, an aggregate does not", () => {
  expect(faults("id", id)).toEqual([]);
  expect(faults("id", aggregate)).toEqual([`stateVersion: undefined; a whole number from 1 to ${uint32Max}`]);
  expect(faults("aggregate", aggregate)).toEqual([]);
  expect(faults("aggregate", { aggregateType: "a\nb" })).toEqual([
    'aggregateType: "a\\nb"; free of control characters',
    "aggregateId: undefined; a string",
  ]);
  expect(faults("id", null)).toEqual(["id: null; an object"]);
  expect(faults("aggregate", "ann")).toEqual(['aggregate: "ann"; an object']);
});
