import { type AppendResult, UnavailableError, type ValidAppend } from "@leftfold/core";
import { AppendQueue, type QueueBounds } from "./append-queue.ts";
import { type DecidedBatch, decideBatch, hasRows } from "./decide-batch.ts";
import { KnownLog } from "./known-log.ts";
import { isSameHead } from "./log-head.ts";
import type { LogAccess, LogStorage } from "./log-storage.ts";
import { PendingAppend } from "./pending-append.ts";
import { isRefusal, isSerializationFailure, storeError } from "./postgres-errors.ts";
import { wantedFacts } from "./wanted-facts.ts";

const inFlightMax = 2;
/** So many appends are not worth two commits. */
const splitMin = 32;
/** Locked batches without a foreign append in between, after which the lock is given up again. */
const quietBatches = 4;
/** Batches for which nothing is assumed of new aggregates after an assumption was wrong. */
const cautiousBatches = 100;
const refusalsMax = 3;

export interface SequencerOptions {
  readonly tenantId: string;
  readonly storage: LogStorage;
  readonly bounds: QueueBounds;
  readonly clock: () => Date;
  readonly newEventId: () => string;
  readonly newStamp: () => string;
  /** Whether somebody wants committed events handed over. */
  readonly wantsEvents: () => boolean;
  /** Called after each commit that wrote events, in order. */
  readonly onCommitted: (commit: Committed) => void;
}

/** A batch that is durable. */
export interface Committed {
  readonly firstGlobalNonce: bigint;
  readonly lastGlobalNonce: bigint;
  /** The events in the encoding of the wire; undefined when nobody wanted them at the time. */
  readonly encoded: Uint8Array | undefined;
}

interface InFlight {
  readonly batch: DecidedBatch;
  readonly settled: Promise<void>;
}

/**
 * Orders the appends of one tenant in this process: validates in memory, commits with a fence.
 *
 * 1. Appends queue up; all that wait, up to a bound, make a batch. There is no timer: a lone append goes at once.
 * 2. What has to be known and is not is loaded, in one round trip. Warm, nothing is.
 * 3. Each append is decided, on top of the accepted ones before it.
 * 4. The batch is confirmed: by the fence, when it writes; by a look at the head, when it does not. Only then is anyone
 *    answered, those with a rejection too: a rejection may rest on an append that is not durable yet, or on stale knowledge.
 * 5. While one batch is being committed, the next is decided on top of it. When a batch is not confirmed, it and those on top
 *    of it are decided again on fresh facts.
 * 6. A fence that failed means that another process appends too. For a while each batch then takes the tenant's row lock
 *    first, and reads in the next statement: a lock and a look in one statement share a snapshot from before the lock.
 *
 * A connection that breaks during a commit leaves the outcome unknown: those appends fail with `unavailable`, to be repeated
 * under their idempotency keys. A statement that lost its connection cannot take effect behind a later decision's back, since
 * that decision's own commit moves the head away from under it.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #queue: AppendQueue;
  readonly #log = new KnownLog();
  #inFlight: InFlight[] = [];
  /** Appends of batches that were not confirmed, to be decided again once nothing is in flight any more. */
  #again: PendingAppend[] = [];
  /** A batch failed: those on top of it are to fail before anything else is decided. */
  #mustDrain = false;
  #lockedBatchesLeft = 0;
  #cautiousBatchesLeft = 0;
  #running: Promise<void> | undefined;
  #wake: () => void = () => undefined;
  #closed = false;

  constructor(options: SequencerOptions) {
    this.#options = options;
    this.#queue = new AppendQueue(options.bounds);
  }

  get isIdle(): boolean {
    return this.#running === undefined;
  }

  /** Rejects with `resource-exhausted` when too much waits, and with the signal's reason when it is aborted. */
  append(
    append: ValidAppend,
    fingerprint: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<AppendResult> {
    if (this.#closed) return Promise.reject(new UnavailableError("The store was closed."));
    const answer = Promise.withResolvers<AppendResult>();
    const pending = new PendingAppend(append, fingerprint, signal, answer);
    try {
      this.#queue.add(pending);
    } catch (error) {
      pending.reject(error);
      return answer.promise;
    }
    if (this.#running === undefined) this.#running = this.#run();
    else if (this.#inFlight.length < inFlightMax) this.#wake();
    return answer.promise;
  }

  /** Refuses further appends, and resolves when those that wait have been answered. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      // Writers that were just answered, and go on at once, get into this batch.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      if (this.#mustDrain || this.#lockedBatchesLeft > 0) await this.#drain();
      const taken = this.#inFlight.length < inFlightMax ? this.#queue.takeBatch(this.#fairShare()) : [];
      if (taken.length > 0) {
        await this.#process(taken);
      } else if (this.#inFlight.length > 0) {
        await this.#news();
      } else if (!this.#mustDrain) {
        // Here and not once the promise has settled: an append may come in between, and would wait for nobody.
        this.#running = undefined;
        return;
      }
    }
  }

  /**
   * Half of all appends that are not answered: while one half is committed, the other is decided. Taking all of them would
   * make this process and the database wait for each other in turn. Few are taken at once, as each commit has its own price.
   */
  #fairShare(): number {
    const inFlight = this.#inFlight.reduce((sum, { batch }) => sum + batch.answers.length, 0);
    return Math.max(splitMin, Math.ceil((this.#queue.length + inFlight) / inFlightMax));
  }

  /** Resolves when a batch is settled or an append arrives. */
  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Waits until nothing is in flight, and puts back what was not confirmed. */
  async #drain(): Promise<void> {
    await Promise.all(this.#inFlight.map(({ settled }) => settled));
    this.#mustDrain = false;
    this.#queue.putBack(this.#again.splice(0));
  }

  async #process(taken: PendingAppend[]): Promise<void> {
    this.#log.trim(this.#inFlight[0]?.batch.known.nonce ?? (this.#log.isKnown ? this.#log.head : 0n));
    if (this.#cautiousBatchesLeft > 0) this.#cautiousBatchesLeft--;
    try {
      if (this.#lockedBatchesLeft > 0) await this.#commitLocked(taken);
      else await this.#commitFenced(taken);
    } catch (error) {
      this.#settleFailure(taken, error);
    }
  }

  async #commitFenced(taken: PendingAppend[]): Promise<void> {
    await this.#learn(this.#options.storage.pool, taken);
    if (this.#mustDrain) {
      // What was known when this batch was taken did not hold.
      this.#again.push(...taken);
      return;
    }
    const batch = this.#decide(taken);
    const settled = this.#confirm(batch).then(
      (confirmed) => (confirmed ? this.#answer(batch) : this.#decideAgain(batch)),
      (error: unknown) => this.#fail(batch, error),
    );
    const inFlight: InFlight = {
      batch,
      settled: settled.then(() => {
        this.#inFlight = this.#inFlight.filter((other) => other !== inFlight);
        this.#wake();
      }),
    };
    this.#inFlight.push(inFlight);
    this.#queue.putBack(batch.doubtful);
  }

  async #commitLocked(taken: PendingAppend[]): Promise<void> {
    const { storage, tenantId } = this.#options;
    const batch = await storage.locked(async (log, head) => {
      const isQuiet = this.#log.isKnown && isSameHead(head, this.#log.knownHead);
      this.#lockedBatchesLeft = isQuiet ? this.#lockedBatchesLeft - 1 : quietBatches;
      if (!isQuiet) this.#log.reset(head);
      // Something has to be loaded anyway, and an assumption that is wrong would cost the whole transaction.
      for (const pending of taken) pending.verify = true;
      await this.#learn(log, taken);
      const decided = this.#decide(taken);
      if (hasRows(decided.rows) && !(await log.commit({ tenantId, ...decided }))) {
        throw new Error(`The head of tenant ${tenantId} moved under its lock.`);
      }
      return decided;
    });
    this.#answer(batch);
    this.#queue.putBack(batch.doubtful);
  }

  async #learn(log: LogAccess, taken: readonly PendingAppend[]): Promise<void> {
    const { tenantId } = this.#options;
    const wanted = wantedFacts(tenantId, this.#log, taken, this.#cautiousBatchesLeft === 0);
    if (wanted === undefined) return;
    let loaded = await log.loadFacts(wanted);
    if (wanted.head && loaded.head === undefined) {
      // The tenant has no row yet. Facts must not be older than the head that they are used with: they are loaded again.
      await log.readHead();
      loaded = await log.loadFacts(wanted);
    }
    if (this.#mustDrain) return;
    this.#log.learn(wanted, loaded, taken);
  }

  #decide(taken: readonly PendingAppend[]): DecidedBatch {
    const keepEncoded = this.#options.wantsEvents();
    const batch = decideBatch(taken, this.#log, { ...this.#options, keepEncoded });
    for (const pending of batch.doubtful) pending.verify = true;
    return batch;
  }

  /** Whether the log is as the batch was decided on. A batch that writes is durable then. */
  async #confirm(batch: DecidedBatch): Promise<boolean> {
    const { storage, tenantId } = this.#options;
    if (hasRows(batch.rows)) return await storage.lane.commit({ tenantId, ...batch });
    if (batch.answers.length === 0) return true;
    return isSameHead(await storage.lane.readHead(), batch.known);
  }

  #answer({ answers, known, next, rows, encoded }: DecidedBatch): void {
    if (rows.eventIds.length > 0) {
      this.#options.onCommitted({
        firstGlobalNonce: known.nonce + 1n,
        lastGlobalNonce: next.nonce,
        encoded,
      });
    }
    for (const answer of answers) {
      if ("result" in answer) answer.pending.resolve(answer.result);
      else answer.pending.reject(answer.error);
    }
  }

  /** Another process has appended: nothing that this process knows can be relied on. */
  #decideAgain(batch: DecidedBatch): void {
    this.#forget();
    this.#lockedBatchesLeft = quietBatches;
    this.#again.push(...pendingsOf(batch));
  }

  #fail(batch: DecidedBatch, error: unknown): void {
    if (isSerializationFailure(error)) this.#decideAgain(batch);
    else this.#settleFailure(pendingsOf(batch), error);
  }

  /**
   * A refusal is somebody's fault, most often a unique constraint that corrects an assumption: all are decided again with
   * every fact loaded, and, should that be refused as well, each by itself, so that only the one at fault fails. Any other
   * failure is everybody's.
   */
  #settleFailure(pendings: readonly PendingAppend[], error: unknown): void {
    this.#forget();
    const mayRetry = isRefusal(error);
    if (mayRetry) this.#cautiousBatchesLeft = cautiousBatches;
    for (const pending of pendings) {
      pending.refusals++;
      if (!mayRetry || pending.refusals >= refusalsMax) {
        pending.reject(storeError(error));
        continue;
      }
      pending.verify = true;
      pending.alone = pending.refusals > 1;
      this.#again.push(pending);
    }
  }

  #forget(): void {
    this.#log.reset();
    this.#mustDrain = true;
  }
}

function pendingsOf({ answers }: DecidedBatch): PendingAppend[] {
  return answers.map(({ pending }) => pending);
}
