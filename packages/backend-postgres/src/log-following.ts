import {
  abortable,
  type FollowedPage,
  InternalError,
  LogWaiters,
  nonceMax,
  type SubscribeRequest,
  UnavailableError,
} from "@leftfold/core";
import { assertDense } from "./assert-dense.ts";
import { batchPart } from "./batch-part.ts";
import { LiveTail, type TailBounds } from "./live-tail.ts";
import { LogBatch } from "./log-batch.ts";
import type { LogPages } from "./log-pages.ts";
import { pageBytesMax, pageEventsMax, wholePage } from "./read-page.ts";
import { retryRead } from "./retry-read.ts";
import type { ScanWindow } from "./scan-window.ts";
import type { Committed } from "./sequencer.ts";
import { SharedRead } from "./shared-read.ts";

/** After so long the table is looked at again, when PostgreSQL was away as it was to be read. */
const hearAgainMs = 1_000;

/** The following of one tenant's log, from its first subscriber to its last. The next first subscriber gets a new one. */
export class LogFollowing {
  readonly #pages: LogPages;
  readonly #bounds: TailBounds;
  readonly #waiters = new LogWaiters();
  readonly #ending = new AbortController();
  /** Shared, as many may join at once: those of a server whose neighbor is gone. */
  readonly #newestHead = new SharedRead(() => this.#readHead());
  #tail: LiveTail | undefined;
  /** The highest head heard of; when it is beyond the tail, the table has more. */
  #heardOf = 0n;
  #isCatchingUp = false;
  #failure: unknown;
  /** Resolves when the head is known; rejects with the store's error when it cannot be had. */
  readonly started: Promise<void>;
  subscribers = 0;

  constructor(pages: LogPages, bounds: TailBounds) {
    this.#pages = pages;
    this.#bounds = bounds;
    this.started = this.#start();
    // Those who join hear of it; when all of them have been aborted meanwhile, nobody needs to.
    this.started.catch(() => undefined);
  }

  /** How many wait for news. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Where the tail ends. Asked for once started. */
  get head(): bigint {
    return this.#tail!.head;
  }

  /**
   * Where the log ends now, once it is followed up to there: other processes may have appended what the tail
   * has not heard of yet. Who joins would else be told that it has caught up with less than what was
   * acknowledged before.
   */
  async refreshed(signal: AbortSignal | undefined): Promise<bigint> {
    const head = await abortable(this.#newestHead.get(), signal);
    while (this.head < head && this.#failure === undefined) {
      this.hear(head);
      await this.waitBeyond(head - 1n, hearAgainMs, signal);
    }
    return head;
  }

  end(): void {
    this.#ending.abort();
  }

  /**
   * Takes what was committed in this process. Called in order. What is larger than a page is read from the table, in pages: a
   * batch becomes one message, and clients do not take messages of any size.
   */
  accept({ firstGlobalNonce, lastGlobalNonce, encoded: bytes }: Committed): void {
    const isNext = this.#tail?.head === firstGlobalNonce - 1n && !this.#isCatchingUp;
    if (!isNext || bytes === undefined || bytes.length > pageBytesMax) {
      this.hear(lastGlobalNonce);
      return;
    }
    const count = Number(lastGlobalNonce - firstGlobalNonce) + 1;
    this.#push(new LogBatch({ bytes, count, firstGlobalNonce, lastGlobalNonce }));
  }

  /** Takes word of a head. When it is news, the table is read up to it. */
  hear(head: bigint): void {
    if (head > this.#heardOf) this.#heardOf = head;
    if (this.#tail !== undefined && !this.#isCatchingUp) void this.#catchUp(this.#tail);
  }

  /** What lies after a position, one page at most. */
  async readAfter(
    position: bigint,
    query: SubscribeRequest["query"],
    window: ScanWindow,
    signal: AbortSignal | undefined,
  ): Promise<FollowedPage<LogBatch>> {
    if (this.#failure !== undefined) throw this.#failure;
    const head = this.head;
    if (position >= head)
      return { batch: undefined, lastDelivered: position, scannedTo: position, live: true };
    const inMemory = this.#tail!.batchAfter(position);
    if (inMemory !== undefined) {
      const batch = batchPart(inMemory, position, query);
      const lastDelivered = batch?.lastGlobalNonce ?? position;
      return { batch, lastDelivered, scannedTo: inMemory.lastGlobalNonce, live: true };
    }
    const stretch = window.upFrom(position + 1n, head);
    const read = () =>
      wholePage(this.#pages.readPage({ query, ...stretch, order: "asc", limit: pageEventsMax }));
    const page = await abortable(retryRead(read, signal), signal);
    if (query === undefined) assertDense(page.batch, position + 1n, page.isFull ? undefined : head);
    window.adapt(page.isFull);
    const lastDelivered = page.batch?.lastGlobalNonce ?? position;
    const scannedTo = page.isFull ? lastDelivered : stretch.highest;
    return { batch: page.batch, lastDelivered, scannedTo, live: false };
  }

  async waitBeyond(position: bigint, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.head > position || this.#failure !== undefined) return;
    await this.#waiters.wait(position, timeoutMs, signal);
  }

  async #start(): Promise<void> {
    const head = await this.#readHead();
    this.#tail = new LiveTail(head, this.#bounds);
    // Something may have been committed since the head was read.
    this.hear(head);
  }

  async #catchUp(tail: LiveTail): Promise<void> {
    this.#isCatchingUp = true;
    const { signal } = this.#ending;
    // Where the log was seen to end. Before that it has every event.
    let seen = 0n;
    try {
      while (tail.head < this.#heardOf && !signal.aborted) {
        const heardOf = this.#heardOf;
        const stretch = {
          lowest: tail.head + 1n,
          highest: heardOf,
          order: "asc",
          limit: pageEventsMax,
        } as const;
        const { batch } = await retryRead(() => wholePage(this.#pages.readPage(stretch)), signal);
        if (batch === undefined) {
          if (seen > tail.head) assertDense(undefined, tail.head + 1n, seen);
          seen = await this.#doubt(heardOf);
          continue;
        }
        assertDense(batch, tail.head + 1n);
        this.#push(batch);
      }
    } catch (error) {
      // PostgreSQL is away: the next notification or poll tries again. Anything else is told to every subscriber.
      if (!(error instanceof UnavailableError) && !signal.aborted) {
        this.#failure = error;
        this.#waiters.wake(nonceMax);
      }
    } finally {
      // Here and not once the promise has settled: what is heard in between would be forgotten.
      this.#isCatchingUp = false;
    }
  }

  /**
   * A head was heard of, and the table had nothing there. Anybody who may connect to the database can notify. What is
   * committed since the table was read is no hole: it is read next.
   *
   * @returns where the log really ends.
   */
  async #doubt(heardOf: bigint): Promise<bigint> {
    const { tenantId } = this.#pages;
    const head = await this.#readHead();
    if (head < this.head) {
      throw new InternalError({
        message: `The log of tenant ${tenantId} ends at ${head}, but was followed up to ${this.head}: events were lost.`,
      });
    }
    if (this.#heardOf === heardOf) this.#heardOf = head;
    return head;
  }

  #readHead(): Promise<bigint> {
    return retryRead(() => this.#pages.readHead(), this.#ending.signal);
  }

  #push(batch: LogBatch): void {
    this.#tail!.push(batch);
    this.#waiters.wake(batch.lastGlobalNonce);
  }
}
