import {
  beginCall,
  type CallOptions,
  compareText,
  type Lease,
  type LeaseStore,
  UnavailableError,
  validateHeldLease,
  validateLeasePrefix,
  validateLeaseRequest,
} from "@leftfold/core";

type LeaseRequest = Parameters<LeaseStore["acquire"]>[0];

/** What leases are given by. The contract suite is tried on broken ones. */
export interface LeaseRules {
  /** Whether a name's last lease still counts. */
  readonly counts: (last: Lease, nowMs: number) => boolean;
  /** Whether a request is granted although the last lease counts. */
  readonly renews: (last: Lease, request: LeaseRequest) => boolean;
  readonly nextToken: (last: Lease | undefined, isRenewal: boolean) => bigint;
  /** Whether a lease that counts is the one that somebody wants to give up. */
  readonly givesUp: (last: Lease, lease: Pick<Lease, "owner" | "token">) => boolean;
  readonly lists: (lease: Lease, prefix: string) => boolean;
  readonly order: (one: Lease, other: Lease) => number;
  /** What is done between looking at a lease and giving it. */
  readonly pause: () => Promise<void> | undefined;
  readonly keyOf: (tenant: string, name: string) => string;
}

const rules: LeaseRules = {
  counts: (last, nowMs) => last.expiresAt.getTime() > nowMs,
  renews: (last, { owner }) => last.owner === owner,
  nextToken: (last, isRenewal) => (isRenewal ? last!.token : (last?.token ?? 0n) + 1n),
  givesUp: (last, { owner, token }) => last.owner === owner && last.token === token,
  lists: ({ name }, prefix) => name.startsWith(prefix),
  order: (one, other) => compareText(one.name, other.name),
  pause: () => undefined,
  keyOf: (tenant, name) => `${tenant} ${name}`,
};

/** Where leases are kept, of all tenants, and the time there. */
export interface LeaseRoom {
  readonly leases: Map<string, Lease & { readonly tenant: string }>;
  nowMs: number;
}

/** The leases of a tenant, small enough to be seen to be right, unless a rule is broken. */
export function referenceLeases(
  room: LeaseRoom,
  tenant: string,
  broken: Partial<LeaseRules> = {},
): LeaseStore {
  const { counts, renews, nextToken, givesUp, lists, order, pause, keyOf } = { ...rules, ...broken };
  const { leases } = room;
  let isClosed = false;
  const admit = (options: CallOptions | undefined): void => {
    if (isClosed) throw new UnavailableError("The store was closed.");
    beginCall(options).end();
  };
  return {
    async acquire(request, options) {
      admit(options);
      validateLeaseRequest(request);
      const { name, owner, durationMs } = request;
      const key = keyOf(tenant, name);
      const last = leases.get(key);
      const isHeld = last !== undefined && counts(last, room.nowMs);
      if (isHeld && !renews(last, request)) return undefined;
      const pausing = pause();
      if (pausing !== undefined) await pausing;
      const expiresAt = new Date(room.nowMs + durationMs);
      const lease: Lease = { name, owner, token: nextToken(last, isHeld), expiresAt };
      leases.set(key, { ...lease, tenant });
      return lease;
    },
    async release(lease, options) {
      admit(options);
      validateHeldLease(lease);
      const key = keyOf(tenant, lease.name);
      const last = leases.get(key);
      if (last === undefined || !counts(last, room.nowMs) || !givesUp(last, lease)) return false;
      leases.set(key, { ...last, expiresAt: new Date(-1) });
      return true;
    },
    async list(prefix, options) {
      admit(options);
      validateLeasePrefix(prefix);
      const listed = [...leases.values()].filter(
        (lease) => lease.tenant === tenant && counts(lease, room.nowMs) && lists(lease, prefix),
      );
      return listed.sort(order).map(({ tenant: _, ...lease }) => lease);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
    },
  };
}
