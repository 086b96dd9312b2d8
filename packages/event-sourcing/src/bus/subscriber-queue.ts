import type { CloudEvent } from "./cloud-event.ts";
import type { BusSubscriptionStatus, EventHandler, EventInterest, HandlerFailure } from "./event-bus.ts";
import { matchesPattern } from "./pattern.ts";

/** Events of one publication that do not fit yet, and whom to tell when they do. */
interface Waiting {
  readonly events: CloudEvent[];
  readonly taken: () => void;
}

/** How many events wait for a handler when nothing else is said. */
const queueMaxDefault = 1_000;

/** What waits for one handler, and the handler at work: one event at a time, in the order of publication. */
export class SubscriberQueue {
  readonly #interest: EventInterest;
  readonly #handler: EventHandler;
  readonly #onFailure: (failure: HandlerFailure) => void;
  readonly #queueMax: number;
  readonly #queue: CloudEvent[] = [];
  /** Bounded by the bus: so many publications wait at most. */
  readonly #waiting = new Set<Waiting>();
  readonly #ending = new AbortController();
  #working: Promise<void> | undefined;
  #handled = 0;
  #failed = 0;
  #dropped = 0;
  #lastError: unknown;

  constructor(interest: EventInterest, handler: EventHandler, onFailure: (failure: HandlerFailure) => void) {
    this.#interest = interest;
    this.#handler = handler;
    this.#onFailure = onFailure;
    this.#queueMax = interest.queueMax ?? queueMaxDefault;
  }

  /**
   * Puts the events of interest into the queue. Undefined when that is done; otherwise resolves when it is,
   * when the subscription has ended, or, leaving out the rest, at the abort.
   */
  offer(events: readonly CloudEvent[], signal: AbortSignal | undefined): Promise<void> | undefined {
    if (this.#ending.signal.aborted) return undefined;
    const wanted = events.filter((event) => this.#wants(event));
    if (wanted.length === 0) return undefined;
    if (this.#interest.whenFull === "drop-oldest") return this.#push(wanted);
    const { promise, resolve: taken } = Promise.withResolvers<void>();
    const waiting = { events: wanted, taken };
    this.#waiting.add(waiting);
    this.#fill();
    if (!this.#waiting.has(waiting)) return undefined;
    const leave = (): void => {
      this.#waiting.delete(waiting);
      taken();
    };
    signal?.addEventListener("abort", leave, { once: true });
    return promise.finally(() => signal?.removeEventListener("abort", leave));
  }

  status(): BusSubscriptionStatus {
    return {
      handled: this.#handled,
      failed: this.#failed,
      dropped: this.#dropped,
      queued: this.#queue.length,
      lastError: this.#lastError,
    };
  }

  /** Resolves when nothing waits, and the handler is at rest. */
  async drain(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  /** Drops what waits, tells the handler to stop, and lets publications go that wait for room. */
  end(): void {
    this.#ending.abort(new Error("The subscription to the bus has ended."));
    this.#dropped += this.#queue.length;
    this.#queue.length = 0;
    for (const { events, taken } of this.#waiting) {
      this.#dropped += events.length;
      taken();
    }
    this.#waiting.clear();
  }

  #wants({ type, subject }: CloudEvent): boolean {
    const { types, subjects } = this.#interest;
    if (types !== undefined && !types.some((pattern) => matchesPattern(pattern, type))) return false;
    if (subjects === undefined) return true;
    return subject !== undefined && subjects.some((pattern) => matchesPattern(pattern, subject));
  }

  #push(events: readonly CloudEvent[]): undefined {
    this.#queue.push(...events);
    const excess = Math.max(0, this.#queue.length - this.#queueMax);
    this.#queue.splice(0, excess);
    this.#dropped += excess;
    this.#work();
  }

  /** Lets in what there is room for: whoever came first, first. */
  #fill(): void {
    for (const waiting of this.#waiting) {
      this.#queue.push(...waiting.events.splice(0, this.#queueMax - this.#queue.length));
      if (waiting.events.length > 0) break;
      this.#waiting.delete(waiting);
      waiting.taken();
    }
    this.#work();
  }

  #work(): void {
    if (this.#queue.length > 0) this.#working ??= this.#handleAll();
  }

  async #handleAll(): Promise<void> {
    // A handler never runs within the call that publishes.
    await Promise.resolve();
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      try {
        await this.#handler(event, { signal: this.#ending.signal });
        this.#handled++;
      } catch (error) {
        this.#fail(event, error);
      }
      this.#fill();
    }
    // In the same breath as the last look at the queue: what comes from here on begins anew.
    this.#working = undefined;
  }

  #fail(event: CloudEvent, error: unknown): void {
    this.#failed++;
    this.#lastError = error;
    try {
      this.#onFailure({ event, interest: this.#interest, error });
    } catch {
      // Whoever hears of failures must not stop the handling of events by one of its own.
    }
  }
}
