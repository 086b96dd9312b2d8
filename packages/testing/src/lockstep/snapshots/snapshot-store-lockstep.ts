import type { Snapshot, SnapshotStore } from "@leftfold/core";
import { referenceSnapshots } from "../../reference/reference-snapshots.ts";
import { lockstep } from "../lockstep.ts";
import type { LockstepOptions, LockstepReport } from "../lockstep-options.ts";
import { type PortInLockstep, TenantStores, tenantsMax } from "../tenant-stores.ts";
import { snapshotPort } from "./snapshot-port.ts";

export interface SnapshotStoreLockstepOptions extends LockstepOptions {
  readonly implementations: readonly PortInLockstep<SnapshotStore>[];
}

/**
 * Does generated sequences of saving, loading and removing with snapshot stores and with the plain map that
 * their contract comes to, side by side. Although snapshots may vanish at any time, here they must not.
 *
 * @throws `LockstepFailure` with a short sequence that shows a difference, and the seed and path to have it
 * again.
 */
export async function snapshotStoreLockstep({
  implementations,
  ...options
}: SnapshotStoreLockstepOptions): Promise<LockstepReport> {
  const model: PortInLockstep<SnapshotStore> = {
    name: "the model",
    freshStores: async (tenants) => {
      const snapshots = new Map<string, Snapshot>();
      return Array.from({ length: tenants }, (_, tenant) => referenceSnapshots(snapshots, String(tenant)));
    },
  };
  const contestant = ({ name, freshStores }: PortInLockstep<SnapshotStore>) => ({
    name,
    begin: async () => new TenantStores(await freshStores(tenantsMax)),
  });
  return await lockstep(snapshotPort, [contestant(model), ...implementations.map(contestant)], options);
}
