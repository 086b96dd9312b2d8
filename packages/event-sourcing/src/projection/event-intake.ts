import { setImmediate } from "node:timers/promises";
import type { RecordedEvent, SubscriptionMessage } from "@leftfold/core";

/** What a batch holds at most. */
export interface BatchBounds {
  /** Events; from 1. */
  readonly eventsMax: number;
  /** Bytes of payload. A batch ends with the event that reaches it. */
  readonly bytesMax: number;
}

export interface Batch {
  readonly events: readonly RecordedEvent[];
  /** Everything that matches up to here is in this batch or was in an earlier one. */
  readonly to: bigint;
  /** Whether the subscription said that it has caught up. */
  readonly caughtUp: boolean;
}

/**
 * Reads a subscription ahead, by one batch: what has arrived while a batch was worked on is the next one. There is no timer: a lone
 * event goes at once, and a busy log gives full batches. At its bound it stops reading until the batch is taken.
 */
export class EventIntake implements AsyncDisposable {
  readonly #bounds: BatchBounds;
  readonly #leaving = new AbortController();
  readonly #pumping: Promise<void>;
  #events: RecordedEvent[] = [];
  #bytes = 0;
  #to: bigint;
  #taken: bigint;
  #caughtUp = false;
  #ended: { readonly error: unknown } | undefined;
  #arrived: (() => void) | undefined;
  #drained: (() => void) | undefined;

  /** @param after where the subscription begins. */
  constructor(
    after: bigint,
    bounds: BatchBounds,
    subscribe: (signal: AbortSignal) => AsyncIterable<SubscriptionMessage>,
  ) {
    this.#to = after;
    this.#taken = after;
    this.#bounds = bounds;
    this.#pumping = this.#pump(subscribe);
  }

  /** Whether a batch is there without waiting. */
  get isReady(): boolean {
    return this.#to > this.#taken || this.#caughtUp || this.#ended !== undefined;
  }

  /**
   * Waits until there is something, and gives all of it.
   *
   * @throws the subscription's error, once what came before it was taken.
   */
  async take(): Promise<Batch> {
    while (!this.isReady) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    // A page of the log is handed out event by event: once around the loop, and it is here in one piece.
    await setImmediate();
    if (this.#to === this.#taken && !this.#caughtUp && this.#ended !== undefined) throw this.#ended.error;
    const batch = { events: this.#events, to: this.#to, caughtUp: this.#caughtUp };
    this.#events = [];
    this.#bytes = 0;
    this.#taken = this.#to;
    this.#caughtUp = false;
    this.#drained?.();
    return batch;
  }

  /** Leaves the subscription. What was read and not taken is dropped; who waits is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    this.#drained?.();
    await this.#pumping;
  }

  async #pump(subscribe: (signal: AbortSignal) => AsyncIterable<SubscriptionMessage>): Promise<void> {
    const { signal } = this.#leaving;
    try {
      for await (const message of subscribe(signal)) {
        this.#put(message);
        if (this.#isFull) await this.#draining();
        if (signal.aborted) break;
      }
      this.#ended = {
        error: new Error("The subscription has ended, though nobody left it. Subscribe again."),
      };
    } catch (error) {
      this.#ended = { error };
    }
    this.#arrived?.();
  }

  #put(message: SubscriptionMessage): void {
    if (message.kind === "event") {
      const { event } = message;
      this.#events.push(event);
      this.#bytes += event.payload.length;
      this.#to = event.globalNonce;
    } else {
      if (message.kind === "caughtUp") this.#caughtUp = true;
      if (message.globalNonce > this.#to) this.#to = message.globalNonce;
    }
    this.#arrived?.();
  }

  get #isFull(): boolean {
    return this.#events.length >= this.#bounds.eventsMax || this.#bytes >= this.#bounds.bytesMax;
  }

  #draining(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained = resolve;
      if (this.#leaving.signal.aborted) resolve();
    });
  }
}
