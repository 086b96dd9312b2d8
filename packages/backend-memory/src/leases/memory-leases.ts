import {
  beginCall,
  type CallOptions,
  compareText,
  type Lease,
  type LeaseStore,
  Lifetime,
  validateHeldLease,
  validateLeasePrefix,
  validateLeaseRequest,
} from "@leftfold/core";

export interface MemoryLeasesOptions {
  /**
   * Tells the time that leases end by. When absent, the system's time at the start of the process and what has passed since: a
   * clock that is set, forwards or back, then ends no lease early, which two would hold, and none late.
   */
  readonly clock?: (() => Date) | undefined;
}

/**
 * One tenant's leases in this process's memory: they behave as the durable ones do, and are gone with the
 * store. A name's last token is kept for as long, so that tokens only grow: its bound is the memory that
 * there is.
 */
export function memoryLeases(options: MemoryLeasesOptions = {}): LeaseStore {
  return new MemoryLeases(options);
}

const steadyClock = (): Date => new Date(performance.timeOrigin + performance.now());

class MemoryLeases implements LeaseStore {
  readonly #lifetime = new Lifetime();
  readonly #clock: () => Date;
  /** The last lease of each name, ended or not. */
  readonly #leases = new Map<string, Lease>();

  constructor({ clock = steadyClock }: MemoryLeasesOptions) {
    this.#clock = clock;
  }

  async acquire(
    request: { readonly name: string; readonly owner: string; readonly durationMs: number },
    options?: CallOptions,
  ): Promise<Lease | undefined> {
    this.#admit(options);
    validateLeaseRequest(request);
    const { name, owner, durationMs } = request;
    const nowMs = this.#clock().getTime();
    const last = this.#leases.get(name);
    const isHeld = last !== undefined && last.expiresAt.getTime() > nowMs;
    if (isHeld && last.owner !== owner) return undefined;
    const token = isHeld ? last.token : (last?.token ?? 0n) + 1n;
    const lease: Lease = { name, owner, token, expiresAt: new Date(nowMs + durationMs) };
    this.#leases.set(name, lease);
    return copyOf(lease);
  }

  async release(lease: Pick<Lease, "name" | "owner" | "token">, options?: CallOptions): Promise<boolean> {
    this.#admit(options);
    validateHeldLease(lease);
    const { name, owner, token } = lease;
    const last = this.#leases.get(name);
    if (last === undefined || last.owner !== owner || last.token !== token) return false;
    if (last.expiresAt <= this.#clock()) return false;
    this.#leases.set(name, { ...last, expiresAt: longAgo });
    return true;
  }

  async list(prefix: string, options?: CallOptions): Promise<readonly Lease[]> {
    this.#admit(options);
    validateLeasePrefix(prefix);
    const now = this.#clock();
    return [...this.#leases.values()]
      .filter(({ name, expiresAt }) => name.startsWith(prefix) && expiresAt > now)
      .sort((one, other) => compareText(one.name, other.name))
      .map(copyOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
    this.#leases.clear();
  }

  /** For a call that is over before anything could end it. */
  #admit(options: CallOptions | undefined): void {
    this.#lifetime.throwIfClosed();
    beginCall(options).end();
  }
}

/** When a lease ended that was given up: before whatever the clock will say, should it go backwards. */
const longAgo = new Date(-8.64e15);

function copyOf(lease: Lease): Lease {
  return { ...lease, expiresAt: new Date(lease.expiresAt) };
}
