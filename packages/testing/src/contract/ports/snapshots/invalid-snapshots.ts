import { nonceMax, type Snapshot, snapshotBytesMax, uint32Max } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { expectInvalid } from "../../failure.ts";
import { account, aSnapshot, type SnapshotContext } from "./snapshot-context.ts";

const invalid: readonly (readonly [string, Partial<Snapshot>, keyof Snapshot, RegExp])[] = [
  ["an aggregate type that is empty", { aggregateType: "" }, "aggregateType", /1 to 255/],
  ["an aggregate id of 256 characters", { aggregateId: "a".repeat(256) }, "aggregateId", /1 to 255/],
  ["an aggregate id with a zero character", { aggregateId: "a\u0000" }, "aggregateId", /control/],
  ["an aggregate id with a lone surrogate", { aggregateId: "\ud800" }, "aggregateId", /surrogate/],
  ["a state version of 0", { stateVersion: 0 }, "stateVersion", /from 1/],
  ["a state version that is not whole", { stateVersion: 1.5 }, "stateVersion", /whole/],
  [
    "a state version beyond the largest",
    { stateVersion: uint32Max + 1 },
    "stateVersion",
    RegExp(`${uint32Max}`),
  ],
  ["a nonce of 0", { aggregateNonce: 0n }, "aggregateNonce", /from 1/],
  ["a nonce beyond the largest", { aggregateNonce: nonceMax + 1n }, "aggregateNonce", RegExp(`${nonceMax}`)],
  [
    "a state that is too large",
    { state: new Uint8Array(snapshotBytesMax + 1) },
    "state",
    RegExp(`${snapshotBytesMax}`),
  ],
];

export const invalidSnapshots: ContractArea<SnapshotContext> = contractArea("invalid snapshots", (test) => {
  for (const [words, fields, field, limit] of invalid) {
    test(`refuses ${words}, and keeps nothing`, async ({ store }) => {
      const snapshot = aSnapshot(fields);
      await expectInvalid(() => store.save(snapshot), field, { limit });
      if (field === "aggregateNonce" || field === "state") return;
      await expectInvalid(() => store.load(snapshot), field, { limit });
      if (field === "stateVersion") return;
      await expectInvalid(() => store.remove(snapshot), field, { limit });
    });
  }

  test("leaves what is there alone when what comes is refused", async ({ store }) => {
    await store.save(aSnapshot());
    await expectInvalid(() => store.save(aSnapshot({ aggregateNonce: -1n })), "aggregateNonce");
    expect(await store.load({ ...account, stateVersion: 1 })).toStrictEqual(aSnapshot());
  });
});
