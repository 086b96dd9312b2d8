import type { Lease, LeaseStore } from "@leftfold/core";
import { letEnd } from "../../contract/ports/leases/lease-context.ts";
import { TenantStores } from "../tenant-stores.ts";

/** For so long a lease is given that is to end at once. */
const momentMs = 1;

/** One implementation's leases while a sequence runs, and how time passes there. */
export class LeaseSide extends TenantStores<LeaseStore> {
  /** When each lease ends, as its last owner was told. */
  readonly #told = new Map<string, number>();
  readonly #letPass: ((durationMs: number) => void | Promise<void>) | undefined;

  constructor(
    stores: readonly LeaseStore[],
    letPass: ((durationMs: number) => void | Promise<void>) | undefined,
  ) {
    super(stores);
    this.#letPass = letPass;
  }

  /** Takes or renews a lease. */
  async acquire(tenant: number, request: Parameters<LeaseStore["acquire"]>[0]): Promise<unknown> {
    const lease = await this.store(tenant).acquire(request);
    if (lease === undefined) return undefined;
    this.#told.set(placeOf(tenant, lease), lease.expiresAt.getTime());
    return this.essence(tenant, lease);
  }

  /** Takes or renews a lease for a moment, and waits until it has ended by itself. */
  async takeAndLetEnd(tenant: number, name: string, owner: string): Promise<unknown> {
    const taken = await this.acquire(tenant, { name, owner, durationMs: momentMs });
    if (taken !== undefined) {
      await letEnd({ store: this.store(tenant), letPass: this.#letPass }, name, momentMs);
    }
    return taken;
  }

  /** What has to be the same everywhere: when a lease ends is only to be the time that its owner was told. */
  essence(tenant: number, { expiresAt, ...lease }: Lease): unknown {
    const told = this.#told.get(placeOf(tenant, lease));
    return { ...lease, ends: expiresAt.getTime() === told ? "as told" : expiresAt };
  }
}

function placeOf(tenant: number, { name }: Pick<Lease, "name">): string {
  return `${tenant} ${name}`;
}
