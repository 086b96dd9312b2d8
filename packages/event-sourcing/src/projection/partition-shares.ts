import { setTimeout as sleep } from "node:timers/promises";
import type { Lease, LeaseStore } from "@leftfold/core";
import { abortable, newEventId } from "@leftfold/core";

export interface PartitionOptions {
  /** Into how many parts the keys are divided. Stays as it is for a version: checkpoints rest on it. From 1. */
  readonly count: number;
  /** Through which runners agree on who has which part. */
  readonly leases: LeaseStore;
  /** A name that no other runner has; a new id when absent. */
  readonly owner?: string | undefined;
  /** After so many milliseconds without a sign a runner counts as gone; 15,000 when absent. A third of it is the pace. */
  readonly durationMs?: number | undefined;
}

interface Share {
  readonly lease: Lease;
  readonly stopping: AbortController;
  readonly running: Promise<void>;
  /** By this process's clock, with a margin: then another runner may have it. */
  endsMs: number;
}

/**
 * One runner's share of the partitions. Runners that are alive show it by a lease of their own; each takes as many partitions as its
 * rank among them gives, gives back what is too much, and takes over what has become free.
 *
 * A lease says who should work, so that two rarely do. That two cannot both commit is the checkpoint's doing: a runner that is late
 * to notice that it has lost a lease proposes a checkpoint that is no longer true.
 */
export class PartitionShares {
  readonly #prefix: string;
  readonly #options: PartitionOptions;
  readonly #owner: string;
  readonly #durationMs: number;
  readonly #consume: (index: number, signal: AbortSignal) => Promise<void>;
  readonly #shares = new Map<number, Share>();
  #failure: { readonly error: unknown } | undefined;
  #trouble: unknown;
  readonly #wake: AbortController = new AbortController();
  /** What shows that this runner is alive: one of as many places as there are partitions. More runners wait for one. */
  #place: Lease | undefined;

  /** @param consume works on a partition until it is aborted. What it rejects with ends all of them. */
  constructor(
    name: string,
    options: PartitionOptions,
    consume: (index: number, signal: AbortSignal) => Promise<void>,
  ) {
    this.#prefix = `${name}/`;
    this.#options = options;
    this.#owner = options.owner ?? newEventId();
    this.#durationMs = options.durationMs ?? 15_000;
    this.#consume = consume;
  }

  /** The partitions that this runner works on. */
  get owned(): readonly number[] {
    return [...this.#shares.keys()].sort((a, b) => a - b);
  }

  /** What kept this runner from its leases when it asked for them last; undefined when nothing did. */
  get trouble(): unknown {
    return this.#trouble;
  }

  /**
   * Works on a fair share until it is aborted, and gives everything back then.
   *
   * @throws what a partition failed with.
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted && this.#failure === undefined) {
        // A store that cannot be reached takes nothing away until leases end; then partitions are let go.
        this.#trouble = await this.#rebalance(signal).catch((error: unknown) => error);
        await this.#letGoOfEnded();
        await this.#pause(signal);
      }
    } finally {
      await Promise.all(this.owned.map((index) => this.#giveBack(index)));
      if (this.#place !== undefined) await this.#options.leases.release(this.#place).catch(() => false);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #rebalance(signal: AbortSignal): Promise<void> {
    const { leases, count } = this.#options;
    const all = await leases.list(this.#prefix, { signal });
    const taken = new Set(all.map(({ name }) => name));
    await this.#takePlace(taken, signal);
    const members = all
      .filter(({ name }) => name.startsWith(`${this.#prefix}runner/`))
      .map(({ owner }) => owner);
    await Promise.all(this.owned.map((index) => this.#renew(index, signal)));
    const quota = this.#place === undefined ? 0 : quotaOf(this.#owner, members, count);
    for (const index of this.owned.slice(quota)) await this.#giveBack(index);
    for (let index = 0; index < count && this.#shares.size < quota; index++) {
      if (this.#shares.has(index) || taken.has(`${this.#prefix}partition/${index}`)) continue;
      await this.#take(index, signal);
    }
  }

  async #takePlace(taken: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    if (this.#place !== undefined)
      this.#place = await this.#acquire(this.#place.name.slice(this.#prefix.length), signal);
    for (let place = 0; this.#place === undefined && place < this.#options.count; place++) {
      if (!taken.has(`${this.#prefix}runner/${place}`))
        this.#place = await this.#acquire(`runner/${place}`, signal);
    }
  }

  async #take(index: number, signal: AbortSignal): Promise<void> {
    const askedMs = performance.now();
    const lease = await this.#acquire(`partition/${index}`, signal);
    if (lease === undefined) return;
    const stopping = new AbortController();
    const running = this.#consume(index, stopping.signal).catch((error: unknown) => {
      this.#failure ??= { error };
      this.#wake.abort();
    });
    this.#shares.set(index, { lease, stopping, running, endsMs: askedMs + this.#durationMs });
  }

  async #renew(index: number, signal: AbortSignal): Promise<void> {
    const share = this.#shares.get(index)!;
    const askedMs = performance.now();
    const lease = await this.#acquire(`partition/${index}`, signal);
    // Another token: it has ended and somebody else may have had it in between. The checkpoint tells, and the work begins anew.
    if (lease === undefined || lease.token !== share.lease.token) await this.#giveBack(index);
    else share.endsMs = askedMs + this.#durationMs;
  }

  #acquire(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    const lease = { name: `${this.#prefix}${name}`, owner: this.#owner, durationMs: this.#durationMs };
    return this.#options.leases.acquire(lease, { signal, timeoutMs: this.#durationMs });
  }

  async #letGoOfEnded(): Promise<void> {
    const nowMs = performance.now();
    for (const [index, { endsMs }] of this.#shares) if (endsMs <= nowMs) await this.#giveBack(index);
  }

  /** The work ends before the lease does: whoever takes it over finds all of it committed. */
  async #giveBack(index: number): Promise<void> {
    const share = this.#shares.get(index);
    if (share === undefined) return;
    this.#shares.delete(index);
    share.stopping.abort();
    await share.running;
    await this.#options.leases.release(share.lease).catch(() => false);
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const waking = AbortSignal.any([signal, this.#wake.signal]);
    const paused = sleep(this.#durationMs / 3, undefined, { signal: waking });
    await abortable(paused, waking).catch(() => undefined);
  }
}

/** How many partitions a runner is to have: an equal part, and one of what remains for those whose names come first. */
export function quotaOf(owner: string, members: readonly string[], count: number): number {
  const ranked = [...new Set([...members, owner])].sort();
  const rank = ranked.indexOf(owner);
  return Math.floor(count / ranked.length) + (rank < count % ranked.length ? 1 : 0);
}
