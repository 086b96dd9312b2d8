import type { ReadModelStore } from "@leftfold/core";
import { type ReadModelRoom, referenceReadModels } from "../../reference/reference-read-models.ts";
import { lockstep } from "../lockstep.ts";
import type { LockstepOptions, LockstepReport } from "../lockstep-options.ts";
import { type PortInLockstep, tenantsMax } from "../tenant-stores.ts";
import { readModelPort } from "./read-model-port.ts";
import { ReadModelSide } from "./read-model-side.ts";

export interface ReadModelStoreLockstepOptions extends LockstepOptions {
  readonly implementations: readonly PortInLockstep<ReadModelStore>[];
}

/**
 * Does generated sequences of commands with read-model stores and with the plain maps that their contract
 * comes to, side by side: commits from right and stale checkpoints, of several partitions and read models;
 * filters, orders, and pages by cursors of before; versions, indexes, and dropping.
 *
 * @throws `LockstepFailure` with a short sequence that shows a difference, and the seed and path to have it
 * again.
 */
export async function readModelStoreLockstep({
  implementations,
  ...options
}: ReadModelStoreLockstepOptions): Promise<LockstepReport> {
  const model: PortInLockstep<ReadModelStore> = {
    name: "the model",
    freshStores: async (tenants) => {
      const room: ReadModelRoom = { documents: new Map(), checkpoints: new Map(), active: new Map() };
      return Array.from({ length: tenants }, (_, tenant) => referenceReadModels(room, String(tenant)));
    },
  };
  const contestant = ({ name, freshStores }: PortInLockstep<ReadModelStore>) => ({
    name,
    begin: async () => new ReadModelSide(await freshStores(tenantsMax)),
  });
  return await lockstep(readModelPort, [contestant(model), ...implementations.map(contestant)], options);
}
