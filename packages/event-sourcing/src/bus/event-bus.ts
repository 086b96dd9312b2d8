import type { CloudEvent } from "./cloud-event.ts";

/** Somewhere that events go to: a broker, a queue, a bus. */
export interface EventSink {
  /**
   * Resolves when the sink has all of the events durably, or has what it calls so. Rejects when it may not
   * have some of them: the caller repeats the same events then, in the same order, and the sink takes what it
   * has already as told.
   *
   * Events of one subject are taken in the order given.
   *
   * @throws what failed; `retryable: false` on it says that a repetition cannot help. The signal's reason.
   */
  publish(events: readonly CloudEvent[], options?: { readonly signal?: AbortSignal }): Promise<void>;
}

/**
 * Tells of events, to those who have asked for them. Apart from the store: what matters is recorded there
 * first.
 */
export interface EventBus extends EventSink, AsyncDisposable {
  /** Hands every event of interest that is published from now on to the handler, one after the other. */
  subscribe(interest: EventInterest, handler: EventHandler): BusSubscription;
}

/** Which events are of interest: those that have one of the types **and** one of the subjects. */
export interface EventInterest {
  /** Patterns, such as `Order*`: a `*` stands for any text. Every type when absent. */
  readonly types?: readonly string[];
  /** Patterns, such as `Order/*`. Every event when absent, those without a subject included. */
  readonly subjects?: readonly string[];
  /** How many events wait for the handler at most; 1,000 when absent. */
  readonly queueMax?: number;
  /**
   * What happens when so many wait. `wait`, as when absent: publishing waits until there is room, so nothing
   * is lost, and the slowest handler sets the pace. `drop-oldest`: what has waited longest is dropped, and
   * counted.
   */
  readonly whenFull?: "wait" | "drop-oldest";
}

/**
 * Does something with an event; a promise is waited for. A failure is reported and counted, and the next
 * event comes all the same.
 */
export type EventHandler = (event: CloudEvent, context: { readonly signal: AbortSignal }) => unknown;

/**
 * A handler's place at the bus, until it is disposed of: then what waits is dropped, and the signal aborted.
 */
export interface BusSubscription extends AsyncDisposable {
  status(): BusSubscriptionStatus;
}

/** What a subscription has seen so far. */
export interface BusSubscriptionStatus {
  /** Events that were handled without a failure. */
  readonly handled: number;
  /** Events whose handler failed. */
  readonly failed: number;
  /** Events that no handler saw, as too many waited or as the subscription ended. */
  readonly dropped: number;
  /** Events that wait now. */
  readonly queued: number;
  /** What the handler failed with last. */
  readonly lastError: unknown;
}

/** A handler failed on an event. */
export interface HandlerFailure {
  readonly event: CloudEvent;
  readonly interest: EventInterest;
  readonly error: unknown;
}
