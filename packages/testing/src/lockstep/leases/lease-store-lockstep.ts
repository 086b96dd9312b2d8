import type { LeaseStore } from "@leftfold/core";
import { type LeaseRoom, referenceLeases } from "../../reference/reference-leases.ts";
import { lockstep } from "../lockstep.ts";
import type { LockstepOptions, LockstepReport } from "../lockstep-options.ts";
import { tenantsMax } from "../tenant-stores.ts";
import { leasePort } from "./lease-port.ts";
import { LeaseSide } from "./lease-side.ts";

/** Leases of several tenants, and the time where they are kept. */
export interface TenantLeases {
  readonly stores: readonly LeaseStore[];
  /** Lets so much time pass on the stores' clock; when absent it is waited for. */
  readonly letPass?: ((durationMs: number) => void | Promise<void>) | undefined;
}

/** A lease store that is to go in lockstep. */
export interface LeasesInLockstep {
  readonly name: string;
  /**
   * Gives the leases of so many tenants, of which there are none; called for each sequence. The stores are
   * disposed after it: give stores whose end does nothing where they are to be used again.
   */
  readonly freshLeases: (tenants: number) => Promise<TenantLeases>;
}

export interface LeaseStoreLockstepOptions extends LockstepOptions {
  readonly implementations: readonly LeasesInLockstep[];
}

/**
 * Does generated sequences of taking, renewing, losing, giving up and listing leases with lease stores and
 * with the plain map that their contract comes to, side by side. No clock is compared with another one: a
 * lease either lasts for hours, or is waited for until it has ended.
 *
 * @throws `LockstepFailure` with a short sequence that shows a difference, and the seed and path to have it
 * again.
 */
export async function leaseStoreLockstep({
  implementations,
  ...options
}: LeaseStoreLockstepOptions): Promise<LockstepReport> {
  const model: LeasesInLockstep = {
    name: "the model",
    freshLeases: async (tenants) => {
      const room: LeaseRoom = { leases: new Map(), nowMs: 0 };
      const letPass = (durationMs: number): void => {
        room.nowMs += durationMs;
      };
      const tenantIds = Array.from({ length: tenants }, (_, tenant) => String(tenant));
      return { stores: tenantIds.map((tenantId) => referenceLeases(room, tenantId)), letPass };
    },
  };
  const contestant = ({ name, freshLeases }: LeasesInLockstep) => ({
    name,
    async begin() {
      const { stores, letPass } = await freshLeases(tenantsMax);
      return new LeaseSide(stores, letPass);
    },
  });
  return await lockstep(leasePort, [contestant(model), ...implementations.map(contestant)], options);
}
