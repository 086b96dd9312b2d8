import {
  abortable,
  beginCall,
  type CallOptions,
  EventStoreError,
  LogWaiters,
  UnavailableError,
} from "@leftfold/core";
import { delayMs, type RetryClock, type RetryPolicy, systemRetryClock } from "../retry.ts";
import type { CloudEvent } from "./cloud-event.ts";
import { cloudEventOf } from "./cloud-event-of.ts";
import type { Forwarder } from "./forwarder.ts";
import { ForwarderCheckpoint } from "./forwarder-checkpoint.ts";
import {
  defaultForwarderRetry,
  type ForwarderOptions,
  type ForwarderState,
  type ForwarderStatus,
} from "./forwarder-options.ts";
import { type IncomingBatch, IncomingBatches } from "./incoming-batches.ts";

/** What a batch holds at most when nothing else is said. */
const batchEventsMaxDefault = 500;
const batchBytesMaxDefault = 4 * 1024 * 1024;

/**
 * How long a wait for a position sleeps at most before it looks again; it is woken when there is something to
 * see.
 */
const waitMsMax = 60_000;

/** A forwarder at work: a loop that begins again at the stored checkpoint, whatever has happened. */
export class RunningForwarder implements Forwarder {
  readonly done: Promise<void>;
  readonly #options: ForwarderOptions;
  readonly #retry: RetryPolicy;
  readonly #clock: RetryClock;
  readonly #stored: ForwarderCheckpoint;
  /** Ends every wait for events, and for better times. */
  readonly #stopping = new AbortController();
  /** Ends what is on its way to the sink, too. */
  readonly #cutting = new AbortController();
  /** Aborted when the loop has ended. */
  readonly #ended = new AbortController();
  readonly #waiters = new LogWaiters();
  #state: ForwarderState = "starting";
  #checkpoint = 0n;
  #forwarded = 0;
  #failures = 0;
  #lastError: unknown;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#retry = { ...defaultForwarderRetry, ...options.retry };
    this.#clock = options.clock ?? systemRetryClock;
    this.#stored = new ForwarderCheckpoint(options);
    this.done = this.#run();
    this.done.catch(() => {});
  }

  status(): ForwarderStatus {
    return {
      state: this.#state,
      checkpoint: this.#checkpoint,
      forwarded: this.#forwarded,
      failures: this.#failures,
      lastError: this.#lastError,
    };
  }

  async lag(options?: CallOptions): Promise<bigint> {
    const head = await this.#options.store.head(options);
    return head > this.#checkpoint ? head - this.#checkpoint : 0n;
  }

  async waitFor(globalNonce: bigint, options?: CallOptions): Promise<void> {
    const call = beginCall(options);
    const ended = this.#ended.signal;
    const signal = call.signal === undefined ? ended : AbortSignal.any([call.signal, ended]);
    try {
      while (this.#checkpoint < globalNonce) {
        await this.#waiters.wait(this.#checkpoint, waitMsMax, signal);
      }
    } finally {
      call.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#closedError();
    this.#stopping.abort(closed);
    const timer = setTimeout(() => this.#cutting.abort(closed), this.#options.closeTimeoutMs ?? 5_000);
    await this.done.catch(() => {});
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    const stopping = this.#stopping.signal;
    try {
      while (!stopping.aborted) {
        await this.#forward().catch((error: unknown) => this.#recover(error));
      }
      this.#state = "stopped";
      this.#ended.abort(this.#closedError());
    } catch (error) {
      this.#state = "failed";
      this.#ended.abort(error);
      throw error;
    }
  }

  /** Forwards from the stored checkpoint on, until something fails. */
  async #forward(): Promise<never> {
    const signal = this.#stopping.signal;
    const { store, query, batchEventsMax, batchBytesMax } = this.#options;
    this.#advance(await this.#stored.begin({ signal }));
    const leaving = new AbortController();
    const subscription = AbortSignal.any([signal, leaving.signal]);
    const messages = store.subscribe({ query, after: this.#checkpoint }, { signal: subscription });
    const batches = new IncomingBatches(messages, {
      eventsMax: batchEventsMax ?? batchEventsMaxDefault,
      payloadBytesMax: batchBytesMax ?? batchBytesMaxDefault,
    });
    if (this.#state !== "retrying") this.#state = "catching-up";
    try {
      for (;;) {
        const batch = await batches.next();
        signal.throwIfAborted();
        await this.#hand(batch);
        this.#failures = 0;
        this.#state = batch.caughtUp ? "live" : "catching-up";
      }
    } finally {
      leaving.abort();
      batches.end();
    }
  }

  /** Gives a batch to the sink, and moves the checkpoint then: never the other way round. */
  async #hand({ events, upTo }: IncomingBatch): Promise<void> {
    const { sink, envelope = cloudEventOf, publishTimeoutMs = 30_000 } = this.#options;
    const outgoing = events.map((event) => envelope(event)).filter(isGiven);
    const call = beginCall({ signal: this.#cutting.signal, timeoutMs: publishTimeoutMs });
    try {
      const signal = call.signal ?? this.#cutting.signal;
      if (outgoing.length > 0) await abortable(sink.publish(outgoing, { signal }), signal);
    } finally {
      call.end();
    }
    this.#forwarded += outgoing.length;
    if (upTo <= this.#checkpoint) return;
    await this.#stored.move(this.#checkpoint, upTo, { signal: this.#cutting.signal });
    this.#advance(upTo);
  }

  /** @throws the error itself when there is no further attempt. */
  async #recover(error: unknown): Promise<void> {
    const signal = this.#stopping.signal;
    if (signal.aborted) return;
    this.#lastError = error;
    if (isConflict(error)) {
      this.#state = "standing-by";
      // A failure to look is one like any other: it is tried again from the beginning.
      return await this.#standBy(signal).catch((failure: unknown) => this.#recover(failure));
    }
    this.#failures++;
    const isFinal = hasField(error, "retryable") && error.retryable === false;
    if (isFinal || this.#failures >= this.#retry.attemptsMax) throw error;
    this.#state = "retrying";
    const waitMs = delayMs(this.#retry, this.#failures, EventStoreError.from(error), this.#clock.random());
    await this.#clock.sleep(waitMs, signal).catch(() => {});
  }

  /**
   * Resolves when the other forwarder seems to be gone: the checkpoint stands still, and there is something
   * to forward.
   */
  async #standBy(signal: AbortSignal): Promise<void> {
    for (let seen: bigint | undefined; ; ) {
      const checkpoint = await this.#stored.read({ signal });
      this.#advance(checkpoint);
      if (checkpoint === seen && (await this.lag({ signal })) > 0n) return;
      seen = checkpoint;
      await this.#clock.sleep(this.#options.standbyMs ?? 10_000, signal);
    }
  }

  #advance(checkpoint: bigint): void {
    this.#checkpoint = checkpoint;
    this.#waiters.wake(checkpoint);
  }

  #closedError(): UnavailableError {
    return new UnavailableError(
      `The forwarder "${this.#options.name}" was closed. Start a new one to go on.`,
    );
  }
}

function isGiven(event: CloudEvent | undefined): event is CloudEvent {
  return event !== undefined;
}

function isConflict(error: unknown): boolean {
  return hasField(error, "code") && error.code === "checkpoint-conflict";
}

function hasField<Name extends string>(error: unknown, name: Name): error is Record<Name, unknown> {
  return typeof error === "object" && error !== null && name in error;
}
