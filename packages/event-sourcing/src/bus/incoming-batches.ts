import { type RecordedEvent, type SubscriptionMessage, UnavailableError } from "@leftfold/core";

/** What has come since the last batch was taken. */
export interface IncomingBatch {
  /** In order; may be empty when only the position has moved. */
  readonly events: readonly RecordedEvent[];
  /** Everything up to here is settled: among the events, in an earlier batch, or no match. */
  readonly upTo: bigint;
  /** Whether everything up to `upTo` was delivered at some time: what follows is live. */
  readonly caughtUp: boolean;
}

/** How much is taken together. The same may wait, while a batch is worked on. */
export interface BatchBounds {
  readonly eventsMax: number;
  /** Bytes of payloads. Reached by the last event of a batch, so that a large one still fits. */
  readonly payloadBytesMax: number;
}

/**
 * Takes a subscription's messages as they come, and hands them out in batches: of one event when little
 * happens, of many when much has come meanwhile. Nothing waits for a batch to be full. At its bound it stops
 * reading, and the subscription waits in the store.
 */
export class IncomingBatches {
  readonly #bounds: BatchBounds;
  #events: RecordedEvent[] = [];
  #payloadBytes = 0;
  #upTo: bigint | undefined;
  #caughtUp = false;
  #over = false;
  #failure: { readonly error: unknown } | undefined;
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(messages: AsyncIterable<SubscriptionMessage>, bounds: BatchBounds) {
    this.#bounds = bounds;
    this.#read(messages).catch((error: unknown) => {
      this.#failure = { error };
      this.#change();
    });
  }

  /**
   * The next batch, as soon as there is something.
   *
   * @throws what the subscription failed with, once everything that came before was handed out.
   */
  async next(): Promise<IncomingBatch> {
    while (this.#upTo === undefined) {
      if (this.#failure !== undefined) throw this.#failure.error;
      await this.#changed.promise;
    }
    const batch = { events: this.#events, upTo: this.#upTo, caughtUp: this.#caughtUp };
    this.#events = [];
    this.#payloadBytes = 0;
    this.#upTo = undefined;
    this.#change();
    return batch;
  }

  /**
   * Lets go of the subscription. Where that waits for a message, the signal that it was made with has to be
   * aborted, too.
   */
  end(): void {
    this.#over = true;
    this.#change();
  }

  async #read(messages: AsyncIterable<SubscriptionMessage>): Promise<void> {
    for await (const message of messages) {
      if (this.#over) return;
      this.#add(message);
      this.#change();
      while (this.#isFull() && !this.#over) await this.#changed.promise;
    }
    throw new UnavailableError("The subscription ended by itself. Subscribe again from the last checkpoint.");
  }

  #add(message: SubscriptionMessage): void {
    if (message.kind === "event") {
      this.#events.push(message.event);
      this.#payloadBytes += message.event.payload.length;
      this.#upTo = message.event.globalNonce;
    } else {
      this.#upTo = message.globalNonce;
      if (message.kind === "caughtUp") this.#caughtUp = true;
    }
  }

  #isFull(): boolean {
    const { eventsMax, payloadBytesMax } = this.#bounds;
    return this.#events.length >= eventsMax || this.#payloadBytes >= payloadBytesMax;
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
