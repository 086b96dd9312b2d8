import type { CallOptions } from "./event-store.ts";

/** The right to do something alone, for a time. */
export interface Lease {
  /** What is owned. 1 to 255 characters without control characters. */
  readonly name: string;
  /** Who owns it: a name that no other process has. */
  readonly owner: string;
  /**
   * From 1. Grows whenever the lease is taken anew, by whomever: what is done under the lease can carry it,
   * so that a late owner is refused. A renewal keeps it.
   */
  readonly token: bigint;
  /** When it ends by itself, by the store's clock. */
  readonly expiresAt: Date;
}

/** One tenant's leases: ownership that ends by itself when its owner is gone. */
export interface LeaseStore extends AsyncDisposable {
  /**
   * Takes a lease that is free or has ended, or renews one's own. Undefined when somebody else has it. Safe
   * to repeat.
   *
   * @param lease for how many milliseconds from now, by the store's clock: 1 to 86,400,000. A renewal may
   * shorten what is left.
   * @throws `invalid-argument` naming the field, its value and the limit.
   */
  acquire(
    lease: { readonly name: string; readonly owner: string; readonly durationMs: number },
    options?: CallOptions,
  ): Promise<Lease | undefined>;
  /** Gives up a lease that one has; false when one no longer had it. */
  release(lease: Pick<Lease, "name" | "owner" | "token">, options?: CallOptions): Promise<boolean>;
  /**
   * The leases that have not ended, of names that begin with a prefix (all of them for an empty one), in the
   * order of their names' Unicode code points.
   */
  list(prefix: string, options?: CallOptions): Promise<readonly Lease[]>;
}
