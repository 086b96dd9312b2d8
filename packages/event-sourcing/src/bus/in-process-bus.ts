import { InvalidArgumentError, ResourceExhaustedError, UnavailableError } from "@leftfold/core";
import type { CloudEvent } from "./cloud-event.ts";
import type { BusSubscription, EventBus, EventHandler, EventInterest, HandlerFailure } from "./event-bus.ts";
import { SubscriberQueue } from "./subscriber-queue.ts";

export interface InProcessBusOptions {
  /**
   * Hears of every handler's failure; what it throws itself is ignored. Failures are only counted when
   * absent.
   */
  readonly onHandlerFailure?: (failure: HandlerFailure) => void;
  /** How many publications wait for room at most; 1,000 when absent. */
  readonly publicationsMax?: number;
  /** How long closing waits for handlers; 5,000 when absent. */
  readonly closeTimeoutMs?: number;
}

/**
 * A bus within this process. Nothing is kept: an event goes to those who subscribed before it was published,
 * and a crash takes what was not handled with it. For what must not be lost, follow the store.
 *
 * Every subscriber has a queue and a handler of its own: whoever fails fails alone. `publish` resolves when
 * every subscriber's queue has the events; where one is full, `whenFull` of that subscriber says what
 * happens. When more than `publicationsMax` wait for room, a further one is refused with
 * `resource-exhausted`, and nobody gets its events.
 *
 * Closing refuses new publications with `unavailable`, lets handlers finish what waits for up to
 * `closeTimeoutMs`, and drops the rest.
 */
export function inProcessBus(options: InProcessBusOptions = {}): EventBus {
  return new InProcessBus(options);
}

class InProcessBus implements EventBus {
  readonly #subscribers = new Set<SubscriberQueue>();
  readonly #options: InProcessBusOptions;
  #publications = 0;
  #closed = false;

  constructor(options: InProcessBusOptions) {
    this.#options = options;
  }

  async publish(events: readonly CloudEvent[], options: { signal?: AbortSignal } = {}): Promise<void> {
    this.#throwIfClosed();
    const { signal } = options;
    signal?.throwIfAborted();
    const publicationsMax = this.#options.publicationsMax ?? 1_000;
    if (this.#publications >= publicationsMax) {
      const message = `${publicationsMax} publications wait for subscribers of the bus. Publish again later.`;
      throw new ResourceExhaustedError(message, { retryDelayMs: 100 });
    }
    // All offers are made before the first is waited for: so every subscriber sees publications in one order.
    const offers = Array.from(this.#subscribers, (subscriber) => subscriber.offer(events, signal));
    if (offers.every((offer) => offer === undefined)) return;
    this.#publications++;
    try {
      await Promise.all(offers);
    } finally {
      this.#publications--;
    }
    signal?.throwIfAborted();
  }

  subscribe(interest: EventInterest, handler: EventHandler): BusSubscription {
    this.#throwIfClosed();
    const { queueMax = 1 } = interest;
    if (!Number.isInteger(queueMax) || queueMax < 1) {
      throw new InvalidArgumentError([
        { field: "queueMax", value: String(queueMax), limit: "a whole number from 1" },
      ]);
    }
    const subscriber = new SubscriberQueue(interest, handler, (failure) =>
      this.#options.onHandlerFailure?.(failure),
    );
    this.#subscribers.add(subscriber);
    return {
      status: () => subscriber.status(),
      [Symbol.asyncDispose]: async () => {
        this.#subscribers.delete(subscriber);
        subscriber.end();
        await this.#within(subscriber.drain());
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const subscribers = [...this.#subscribers];
    this.#subscribers.clear();
    await this.#within(Promise.all(subscribers.map((subscriber) => subscriber.drain())));
    for (const subscriber of subscribers) subscriber.end();
  }

  /** Waits for handlers, but not for one that never comes to an end. */
  async #within(done: Promise<unknown>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.closeTimeoutMs ?? 5_000);
    await Promise.race([done, late]);
    clearTimeout(timer);
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new UnavailableError("The bus was closed. Open a new one to go on.");
  }
}
