import type { LeaseStore, Snapshot, SnapshotStore } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { brokenLeases, hastyLeases } from "../../reference/broken-leases.ts";
import { brokenSnapshots } from "../../reference/broken-snapshots.ts";
import { type LeaseRoom, type LeaseRules, referenceLeases } from "../../reference/reference-leases.ts";
import { referenceSnapshots, type SnapshotRules } from "../../reference/reference-snapshots.ts";
import type { ContractArea } from "../contract-area.ts";
import type { LeaseStores } from "./leases/lease-context.ts";
import { leaseAreas, leaseStoreContract } from "./leases/lease-store-contract.ts";
import { type PortContext, type PortStores, runOverStores } from "./port-stores.ts";
import { snapshotAreas, snapshotStoreContract } from "./snapshots/snapshot-store-contract.ts";

function snapshotStores(broken: Partial<SnapshotRules> = {}): PortStores<SnapshotStore> {
  const snapshots = new Map<string, Snapshot>();
  const open = (tenant: string): SnapshotStore => referenceSnapshots(snapshots, tenant, broken);
  return { store: open("t"), peer: open("t"), otherTenant: open("other") };
}

function leaseStores(broken: Partial<LeaseRules> = {}): LeaseStores {
  const room: LeaseRoom = { leases: new Map(), nowMs: 0 };
  const open = (tenant: string): LeaseStore => referenceLeases(room, tenant, broken);
  const letPass = (durationMs: number): void => {
    room.nowMs += durationMs;
  };
  return { store: open("t"), peer: open("t"), otherTenant: open("other"), letPass };
}

snapshotStoreContract({ name: "the reference store", makeStores: async () => snapshotStores() });
leaseStoreContract({ name: "the reference store", makeStores: async () => leaseStores() });

/** Which sentences of a contract do not hold. */
async function broken<Store extends AsyncDisposable, Stores extends PortStores<Store>>(
  areas: readonly ContractArea<Stores & PortContext<Store>>[],
  makeStores: () => Stores,
): Promise<string[]> {
  const names: string[] = [];
  for (const { tests } of areas) {
    for (const { name, run } of tests) {
      await runOverStores<Store, Stores>(makeStores(), run).catch(() => names.push(name));
    }
  }
  return names;
}

describe("the SnapshotStore contract finds a store that", () => {
  const sentences: Readonly<Record<string, RegExp>> = {
    "keeps the first snapshot": /of a later event/,
    "keeps the last that comes": /comes late/,
    "forgets about versions when it keeps": /lower state version/,
    "forgets about nonces when it keeps": /older event/,
    "finds any version": /another state version/,
    "compares nonces as text": /as numbers/,
    "hands out what it keeps": /keeps to itself/,
    "mixes tenants": /tenants/,
    "mixes aggregates": /to the letter/,
  };
  test.each(Object.entries(brokenSnapshots))("%s", async (name, rules) => {
    const names = await broken<SnapshotStore, PortStores<SnapshotStore>>(snapshotAreas, () =>
      snapshotStores(rules),
    );
    expect(names.join("\n")).toMatch(sentences[name]!);
  });
});

describe("the LeaseStore contract finds a store that", () => {
  const sentences: Readonly<Record<string, RegExp>> = {
    "gives a lease to everybody": /refuses a lease that somebody else has/,
    "renews nothing": /renews one's own/,
    "gives each renewal a new token": /the same token/,
    "gives the same token for ever": /under a larger token/,
    "forgets a token when its lease has ended": /never lets a token go back/,
    "lets anybody give up a lease": /refuses a late owner/,
    "forgets to look at tokens": /late owner/,
    "asks nobody in between": /to one of them\n(.*\n)*never has two owners at once/,
    "lists everything": /begin with the prefix/,
    "takes a prefix for a pattern": /letter/,
    "sorts by code units": /code points/,
    "mixes tenants": /keeps tenants apart/,
  };
  test.each(Object.entries({ ...brokenLeases, "asks nobody in between": hastyLeases }))(
    "%s",
    async (name, rules) => {
      const names = await broken<LeaseStore, LeaseStores>(leaseAreas, () => leaseStores(rules));
      expect(names.join("\n")).toMatch(sentences[name]!);
    },
  );
});
