import type { AppendRequest, AppendResult } from "./append.ts";
import type { RecordedEvent } from "./event.ts";
import type { ReadAllRequest, ReadStreamRequest } from "./reading.ts";
import type { SubscribeRequest, SubscriptionMessage } from "./subscribing.ts";

/**
 * One tenant's log.
 *
 * Every method rejects with an {@link EventStoreError} (`invalid-argument` when the request breaks a limit,
 * `unavailable` when the store cannot be reached or was closed), or with the reason of the caller's own
 * `signal`.
 */
export interface EventStore extends AsyncDisposable {
  /**
   * Appends events to one or more aggregates, atomically. Settles when they are durable.
   *
   * 1. An idempotency key that was used before with the same content answers with the first result.
   * 2. Every expectation and every condition is checked against the state before this append.
   * 3. The events get consecutive global nonces, in request order, and one `recordedAt`.
   *
   * @throws `concurrency-conflict` with every violation; `idempotency-mismatch`; `duplicate-event-id`;
   * `resource-exhausted` when too many appends wait. After `unavailable` or `deadline-exceeded` the outcome
   * is unknown: repeat the append with the same idempotency key.
   */
  append(request: AppendRequest, options?: CallOptions): Promise<AppendResult>;

  /**
   * One aggregate's events in the order of their nonces; nothing when it has none. Memory stays bounded at
   * any length.
   */
  readStream(request: ReadStreamRequest, options?: CallOptions): AsyncIterable<RecordedEvent>;

  /** The tenant's events in the order of their global nonces, up to the head at the start of the read. */
  readAll(request?: ReadAllRequest, options?: CallOptions): AsyncIterable<RecordedEvent>;

  /**
   * History first, then live events, in order, each exactly once, without a gap between the two. Ends only
   * when the caller leaves the loop or aborts, or with an error. A slow subscriber loses nothing and slows
   * nobody.
   */
  subscribe(request?: SubscribeRequest, options?: CallOptions): AsyncIterable<SubscriptionMessage>;

  /** The global nonce of the tenant's last event; 0 for an empty log. */
  head(options?: CallOptions): Promise<bigint>;
}

/** Many tenants' logs: what a server serves, and what a client connects to. */
export interface EventStoreBackend extends AsyncDisposable {
  /**
   * The log of one tenant. It need not exist: a tenant exists from its first event.
   *
   * @param tenantId a name of 1–255 characters.
   * @throws `invalid-argument` when it is not one.
   */
  tenant(tenantId: string): EventStore;
}

export interface CallOptions {
  /**
   * Ends the call when aborted; the call then rejects with the signal's reason. So does a call whose signal
   * is aborted already, whatever its request is: nobody looks at that.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Ends the call with `deadline-exceeded` after so many milliseconds, more than 0; no deadline when absent.
   */
  readonly timeoutMs?: number | undefined;
}
