import type { EventStore } from "@leftfold/core";
import { LatencyHistogram, type LatencySummary } from "../harness/latency-histogram.ts";
import { branchTag, stampOf } from "./stamped-event.ts";

export interface FanOptions {
  readonly subscribers: number;
  /** Whether each wants the events of one branch only, one branch after the other. */
  readonly filtered: boolean;
}

/** What was delivered of the appends that count. */
export interface Deliveries {
  readonly count: number;
  /** From the beginning of an append to its delivery. */
  readonly latency: LatencySummary;
}

const nsPerMs = 1e6;

/** Live subscribers to one log, over stores that are theirs in turn, and what they are given. */
export class Fan implements AsyncDisposable {
  readonly #leaving = new AbortController();
  readonly #latency = new LatencyHistogram();
  readonly #running: Promise<void>[];
  readonly #failed = Promise.withResolvers<never>();
  #count = 0;
  #live = 0;
  #expected = Number.POSITIVE_INFINITY;
  readonly #allLive = Promise.withResolvers<void>();
  readonly #allDelivered = Promise.withResolvers<void>();

  constructor(stores: readonly EventStore[], { subscribers, filtered }: FanOptions) {
    this.#running = Array.from(
      { length: subscribers },
      (_, i) =>
        this.#follow(stores[i % stores.length]!, filtered ? branchTag(i) : undefined, subscribers).catch(
          (error: unknown) => this.#leaving.signal.aborted || this.#failed.reject(error),
        ) as Promise<void>,
    );
    this.#failed.promise.catch(() => undefined);
  }

  /** Resolves when every subscriber is told of what is new at once. */
  live(): Promise<void> {
    return Promise.race([this.#allLive.promise, this.#failed.promise]);
  }

  /** Resolves when so much was delivered of the appends that count. */
  async delivered(expected: number): Promise<Deliveries> {
    this.#expected = expected;
    this.#look();
    await Promise.race([this.#allDelivered.promise, this.#failed.promise]);
    return { count: this.#count, latency: this.#latency.summary() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    await Promise.all(this.#running);
  }

  async #follow(store: EventStore, tag: string | undefined, subscribers: number): Promise<void> {
    const request = {
      after: "head" as const,
      ...(tag !== undefined && { query: { anyOf: [{ tags: [tag] }] } }),
    };
    let wasLive = false;
    for await (const message of store.subscribe(request, { signal: this.#leaving.signal })) {
      if (message.kind === "event") {
        const { startedNs, isCounted } = stampOf(message.event);
        if (!isCounted) continue;
        this.#latency.record(Number(process.hrtime.bigint() - startedNs) / nsPerMs);
        this.#count++;
        this.#look();
      } else if (message.kind === "caughtUp" && !wasLive) {
        wasLive = true;
        if (++this.#live === subscribers) this.#allLive.resolve();
      }
    }
  }

  #look(): void {
    if (this.#count >= this.#expected) this.#allDelivered.resolve();
  }
}
