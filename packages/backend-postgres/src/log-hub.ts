import {
  type FollowedLog,
  type FollowedPage,
  LogWaiters,
  type SubscribeRequest,
  UnavailableError,
} from "@leftfold/core";
import { assertDense } from "./assert-dense.ts";
import { batchPart } from "./batch-part.ts";
import { LiveTail } from "./live-tail.ts";
import { LogBatch } from "./log-batch.ts";
import { readHeadNonce } from "./log-head.ts";
import { type LogTable, pageEventsMax, readLogPage } from "./read-page.ts";
import { retryRead } from "./retry-read.ts";
import { ScanWindow } from "./scan-window.ts";
import type { Committed } from "./sequencer.ts";

/** A subscriber's part in a hub. */
export interface Joined {
  /** Where it starts. */
  readonly after: bigint;
  readonly log: FollowedLog<LogBatch>;
  readonly leave: () => void;
}

/**
 * Follows one tenant's log for all of its subscribers, while there are any.
 *
 * 1. The sequencer of this process hands over what it has committed; those batches are passed on as they are.
 * 2. What other processes committed is read from the table, once for everybody, when a notification or a poll tells of it.
 * 3. Both go into a tail of bounded size, in order and without a gap. A subscriber within it is served from memory; one behind
 *    it reads pages from the table until it is within. Nobody has a buffer of their own, so a slow one costs nothing.
 */
export class LogHub {
  readonly #table: LogTable;
  readonly #waiters = new LogWaiters();
  #tail: LiveTail | undefined;
  #subscribers = 0;
  #starting: Promise<void> | undefined;
  /** The highest head heard of; when it is beyond the tail, the table has more. */
  #heardOf = 0n;
  #catchingUp: Promise<void> | undefined;
  #failure: unknown;

  constructor(table: LogTable) {
    this.#table = table;
  }

  /** Whether anybody follows the log. */
  get isActive(): boolean {
    return this.#subscribers > 0;
  }

  /** How many wait for news. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Takes what was committed in this process. Called in order. */
  accept({ firstGlobalNonce, lastGlobalNonce, encoded }: Committed): void {
    if (this.#tail === undefined) return;
    if (encoded === undefined || this.#tail.head !== firstGlobalNonce - 1n || this.#catchingUp) {
      this.hear(lastGlobalNonce);
      return;
    }
    const count = Number(lastGlobalNonce - firstGlobalNonce) + 1;
    this.#push(new LogBatch({ bytes: Buffer.concat(encoded), count, firstGlobalNonce, lastGlobalNonce }));
  }

  /** Takes word of a head. When it is news, the table is read up to it. */
  hear(head: bigint): void {
    if (head > this.#heardOf) this.#heardOf = head;
    if (this.#tail === undefined || this.#tail.head >= this.#heardOf) return;
    this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = undefined;
    });
  }

  /**
   * Joins a subscriber, and gives it its view of the log. It must leave when it is done.
   *
   * @throws the store's error when the head cannot be read.
   */
  async join(request: SubscribeRequest): Promise<Joined> {
    this.#subscribers++;
    try {
      this.#starting ??= this.#start();
      await this.#starting;
    } catch (error) {
      this.#starting = undefined;
      this.#leave();
      throw error;
    }
    const { query, after = 0n } = request;
    const window = new ScanWindow(query);
    return {
      after: after === "head" ? this.#tail!.head : after,
      leave: () => this.#leave(),
      log: {
        readAfter: (position) => this.#readAfter(position, query, window),
        waitBeyond: (position, timeoutMs, signal) => this.#waitBeyond(position, timeoutMs, signal),
      },
    };
  }

  /** The last one to leave ends the following. */
  #leave(): void {
    this.#subscribers--;
    if (this.#subscribers > 0) return;
    this.#tail = undefined;
    this.#starting = undefined;
    this.#failure = undefined;
  }

  async #start(): Promise<void> {
    const { sql, schema, tenantId } = this.#table;
    const head = await retryRead(() => readHeadNonce(sql, schema, tenantId));
    this.#tail = new LiveTail(head);
    this.hear(head);
  }

  async #catchUp(): Promise<void> {
    try {
      for (let tail = this.#tail; tail && tail.head < this.#heardOf; tail = this.#tail) {
        const stretch = {
          lowest: tail.head + 1n,
          highest: this.#heardOf,
          order: "asc",
          limit: pageEventsMax,
        } as const;
        const { batch } = await retryRead(() => readLogPage(this.#table, stretch));
        if (tail !== this.#tail) continue;
        assertDense(batch, tail.head + 1n);
        this.#push(batch!);
      }
    } catch (error) {
      // PostgreSQL is away: the next notification or poll tries again. Anything else is told to every subscriber.
      if (!(error instanceof UnavailableError)) this.#failure = error;
      this.#waiters.wake(this.#heardOf);
    }
  }

  #push(batch: LogBatch): void {
    this.#tail!.push(batch);
    this.#waiters.wake(batch.lastGlobalNonce);
  }

  async #readAfter(
    position: bigint,
    query: SubscribeRequest["query"],
    window: ScanWindow,
  ): Promise<FollowedPage<LogBatch>> {
    if (this.#failure !== undefined) throw this.#failure;
    const head = this.#tail!.head;
    if (position >= head)
      return { batch: undefined, lastDelivered: position, scannedTo: position, live: true };
    const inMemory = this.#tail!.batchAfter(position);
    if (inMemory !== undefined) {
      const batch = batchPart(inMemory, position, query);
      const lastDelivered = batch?.lastGlobalNonce ?? position;
      return { batch, lastDelivered, scannedTo: inMemory.lastGlobalNonce, live: true };
    }
    const stretch = window.upFrom(position + 1n, head);
    const page = await retryRead(() =>
      readLogPage(this.#table, { query, ...stretch, order: "asc", limit: pageEventsMax }),
    );
    if (query === undefined) assertDense(page.batch, position + 1n, page.isFull ? undefined : head);
    window.adapt(page.isFull);
    const lastDelivered = page.batch?.lastGlobalNonce ?? position;
    return {
      batch: page.batch,
      lastDelivered,
      scannedTo: page.isFull ? lastDelivered : stretch.highest,
      live: false,
    };
  }

  async #waitBeyond(position: bigint, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#tail!.head > position || this.#failure !== undefined) return;
    await this.#waiters.wait(position, timeoutMs, signal);
  }
}
