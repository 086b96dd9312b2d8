import type { Lease, LeaseStore, ReadModelStore, Snapshot, SnapshotStore } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { brokenLeases } from "../reference/broken-leases.ts";
import { brokenReadModels } from "../reference/broken-read-models.ts";
import { brokenSnapshots } from "../reference/broken-snapshots.ts";
import { type LeaseRules, referenceLeases } from "../reference/reference-leases.ts";
import { type ReadModelRules, referenceReadModels } from "../reference/reference-read-models.ts";
import { referenceSnapshots, type SnapshotRules } from "../reference/reference-snapshots.ts";
import { leaseStoreLockstep } from "./leases/lease-store-lockstep.ts";
import { LockstepFailure } from "./lockstep-failure.ts";
import type { LockstepReport } from "./lockstep-options.ts";
import { readModelStoreLockstep } from "./read-models/read-model-store-lockstep.ts";
import { snapshotStoreLockstep } from "./snapshots/snapshot-store-lockstep.ts";

/** A seed that never changes finds a bug as soon each time. */
const settings = { seed: 1, commandsMax: 25 };

const stores = <Store>(count: number, open: (tenant: string) => Store): Store[] =>
  Array.from({ length: count }, (_, tenant) => open(`t${tenant}`));

function snapshots(rules: Partial<SnapshotRules>, runs: number): Promise<LockstepReport> {
  const freshStores = async (tenants: number): Promise<readonly SnapshotStore[]> => {
    const kept = new Map<string, Snapshot>();
    return stores(tenants, (tenant) => referenceSnapshots(kept, tenant, rules));
  };
  return snapshotStoreLockstep({ implementations: [{ name: "the store", freshStores }], ...settings, runs });
}

function leases(rules: Partial<LeaseRules>, runs: number): Promise<LockstepReport> {
  const freshLeases = async (tenants: number) => {
    const room = { leases: new Map<string, Lease & { tenant: string }>(), nowMs: 1_000 };
    const letPass = (durationMs: number): void => {
      room.nowMs += durationMs;
    };
    const opened: readonly LeaseStore[] = stores(tenants, (tenant) => referenceLeases(room, tenant, rules));
    return { stores: opened, letPass };
  };
  return leaseStoreLockstep({ implementations: [{ name: "the store", freshLeases }], ...settings, runs });
}

function readModels(rules: Partial<ReadModelRules>, runs: number): Promise<LockstepReport> {
  const freshStores = async (tenants: number): Promise<readonly ReadModelStore[]> => {
    const room = { documents: new Map(), checkpoints: new Map(), active: new Map() };
    return stores(tenants, (tenant) => referenceReadModels(room, tenant, rules));
  };
  return readModelStoreLockstep({ implementations: [{ name: "the store", freshStores }], ...settings, runs });
}

describe.each([
  ["snapshot stores", snapshots, brokenSnapshots],
  ["lease stores", leases, brokenLeases],
  ["read-model stores", readModels, brokenReadModels],
] as const)("%s in lockstep with their model", (_, run, broken) => {
  test("are let go when they do as it does", async () => {
    const { sequences, commands } = await run({}, 50);
    expect(sequences).toBe(50);
    expect(commands).toBeGreaterThan(300);
  });

  test.each(Object.entries<object>(broken))(
    "are found, by a short sequence, when one %s",
    async (__, rules) => {
      const failure = await run(rules, 3_000).then(
        () => expect.fail("It should have been found."),
        (reason: unknown) => reason,
      );
      if (!(failure instanceof LockstepFailure)) throw failure;
      expect(failure.implementation).toBe("the store");
      expect(failure.actions.length).toBeLessThanOrEqual(6);
    },
  );
});
