import type { Snapshot, SnapshotStore } from "@leftfold/core";
import type { PortContext } from "../port-stores.ts";

export type SnapshotContext = PortContext<SnapshotStore>;

export const account = { aggregateType: "Account", aggregateId: "ann" } as const;

/** A snapshot that is valid whatever is left out: of account ann, at nonce 1, of state version 1. */
export function aSnapshot(fields: Partial<Snapshot> = {}): Snapshot {
  return { ...account, stateVersion: 1, aggregateNonce: 1n, state: Uint8Array.of(1, 2, 3), ...fields };
}
