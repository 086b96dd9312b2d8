import type { LeaseStore, Snapshot, SnapshotStore } from "@leftfold/core";
import { describe, expect, test } from "vitest";
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

const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : 1);

describe("the SnapshotStore contract finds a store that", () => {
  const faults: readonly (readonly [string, Partial<SnapshotRules>, RegExp])[] = [
    ["keeps the first snapshot", { replaces: () => false }, /of a later event/],
    ["keeps the last that comes", { replaces: () => true }, /comes late/],
    [
      "forgets about versions when it keeps",
      { replaces: (last, { aggregateNonce }) => aggregateNonce >= last.aggregateNonce },
      /lower state version/,
    ],
    [
      "forgets about nonces when it keeps",
      { replaces: (last, { stateVersion }) => stateVersion >= last.stateVersion },
      /older event/,
    ],
    ["finds any version", { finds: () => true }, /another state version/],
    [
      "compares nonces as text",
      { replaces: (last, { aggregateNonce }) => `${aggregateNonce}` >= `${last.aggregateNonce}` },
      /as numbers/,
    ],
    ["hands out what it keeps", { copy: (snapshot) => snapshot }, /keeps to itself/],
    [
      "mixes tenants",
      { keyOf: (_, { aggregateType, aggregateId }) => `${aggregateType} ${aggregateId}` },
      /tenants/,
    ],
    [
      "mixes aggregates",
      { keyOf: (tenant, { aggregateType, aggregateId }) => `${tenant} ${aggregateType}${aggregateId}` },
      /to the letter/,
    ],
  ];
  test.each(faults)("%s", async (_, rules, sentence) => {
    const names = await broken<SnapshotStore, PortStores<SnapshotStore>>(snapshotAreas, () =>
      snapshotStores(rules),
    );
    expect(names.join("\n")).toMatch(sentence);
  });
});

describe("the LeaseStore contract finds a store that", () => {
  const faults: readonly (readonly [string, Partial<LeaseRules>, RegExp])[] = [
    ["gives a lease to everybody", { renews: () => true }, /refuses a lease that somebody else has/],
    ["renews nothing", { renews: () => false }, /renews one's own/],
    ["gives each renewal a new token", { nextToken: (last) => (last?.token ?? 0n) + 1n }, /the same token/],
    ["gives the same token for ever", { nextToken: () => 1n }, /under a larger token/],
    [
      "forgets a token when its lease has ended",
      { nextToken: (last, isRenewal) => (isRenewal ? last!.token : 1n) },
      /never lets a token go back/,
    ],
    ["lets anybody give up a lease", { givesUp: () => true }, /refuses a late owner/],
    ["forgets to look at tokens", { givesUp: (last, { owner }) => last.owner === owner }, /late owner/],
    [
      "asks nobody in between",
      { pause: () => new Promise((resolve) => setImmediate(resolve)) },
      /to one of them\n(.*\n)*never has two owners at once/,
    ],
    ["lists everything", { lists: () => true }, /begin with the prefix/],
    [
      "takes a prefix for a pattern",
      { lists: ({ name }, prefix) => RegExp(`^${prefix}`).test(name) },
      /letter/,
    ],
    ["sorts by code units", { order: (one, other) => byCodeUnits(one.name, other.name) }, /code points/],
    ["mixes tenants", { keyOf: (_, name) => name }, /keeps tenants apart/],
  ];
  test.each(faults)("%s", async (_, rules, sentence) => {
    const names = await broken<LeaseStore, LeaseStores>(leaseAreas, () => leaseStores(rules));
    expect(names.join("\n")).toMatch(sentence);
  });
});
