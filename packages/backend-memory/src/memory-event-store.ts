import { setImmediate } from "node:timers/promises";
import {
  type AppendRequest,
  type AppendResult,
  type CallOptions,
  callSignal,
  type EventStore,
  follow,
  type Limits,
  leavable,
  type ReadAllRequest,
  type ReadStreamRequest,
  type RecordedEvent,
  type SubscribeRequest,
  type SubscriptionMessage,
  validateAppend,
  validateReadAll,
  validateReadStream,
  validateSubscribe,
} from "@leftfold/core";
import { copyOut } from "./event-copy.ts";
import { followedMemoryLog } from "./followed-memory-log.ts";
import { Lifetime } from "./lifetime.ts";
import type { MemoryLog } from "./memory-log.ts";
import { spanOf } from "./positions.ts";

/** What a store has from its backend. */
export interface StoreSetting {
  readonly log: MemoryLog;
  readonly limits: Limits;
  readonly heartbeatMs: number;
  readonly lifetime: Lifetime;
}

/** A read lets timers and sockets have their turn after so many events. */
const readEventsPerTurn = 1024;

/** A handle on one tenant's log. */
export class MemoryEventStore implements EventStore {
  readonly #setting: StoreSetting;
  readonly #lifetime: Lifetime;

  constructor(setting: StoreSetting) {
    this.#setting = setting;
    this.#lifetime = new Lifetime(setting.lifetime);
  }

  // Nothing is awaited: an append is decided before the call returns, in order of arrival.
  async append(request: AppendRequest, options?: CallOptions): Promise<AppendResult> {
    this.#lifetime.throwIfClosed();
    callSignal(options);
    const { log, limits } = this.#setting;
    return log.append(validateAppend(request, limits));
  }

  async *readStream(
    request: ReadStreamRequest,
    options?: CallOptions,
  ): AsyncGenerator<RecordedEvent, void, undefined> {
    this.#lifetime.throwIfClosed();
    const { log, limits } = this.#setting;
    validateReadStream(request, limits);
    const { aggregateType, aggregateId, direction = "forwards", from, maxCount } = request;
    const events = log.streamEvents(aggregateType, aggregateId, { from, direction });
    yield* this.#handOut(events, maxCount, callSignal(options));
  }

  async *readAll(
    request: ReadAllRequest = {},
    options?: CallOptions,
  ): AsyncGenerator<RecordedEvent, void, undefined> {
    this.#lifetime.throwIfClosed();
    const { log, limits } = this.#setting;
    validateReadAll(request, limits);
    const { query, direction = "forwards", from, to, maxCount } = request;
    const span = spanOf(log.head, { from, to, direction });
    yield* this.#handOut(log.events(query, span, direction), maxCount, callSignal(options));
  }

  subscribe(request: SubscribeRequest = {}, options?: CallOptions): AsyncIterable<SubscriptionMessage> {
    const leaving = new AbortController();
    return leavable(this.#follow(request, options, leaving), leaving);
  }

  async head(options?: CallOptions): Promise<bigint> {
    this.#lifetime.throwIfClosed();
    callSignal(options);
    return this.#setting.log.head;
  }

  /** Ends this handle and what runs in it; the tenant's log and other handles on it stay. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
  }

  async *#handOut(
    events: Iterable<RecordedEvent>,
    maxCount: number | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<RecordedEvent, void, undefined> {
    let count = 0;
    for (const event of events) {
      signal?.throwIfAborted();
      this.#lifetime.throwIfClosed();
      yield copyOut(event);
      if (++count === maxCount) return;
      if (count % readEventsPerTurn === 0) await setImmediate();
    }
  }

  async *#follow(
    request: SubscribeRequest,
    options: CallOptions | undefined,
    leaving: AbortController,
  ): AsyncGenerator<SubscriptionMessage, void, undefined> {
    const { log, limits, heartbeatMs } = this.#setting;
    this.#lifetime.throwIfClosed();
    validateSubscribe(request, limits);
    const { query, after = 0n } = request;
    const caller = callSignal(options);
    const abort = (): void => leaving.abort(caller?.reason);
    const { signal } = leaving;
    this.#lifetime.enter(leaving);
    caller?.addEventListener("abort", abort, { once: true });
    try {
      const source = followedMemoryLog(log, query);
      const messages = follow(source, { after: after === "head" ? log.head : after, heartbeatMs, signal });
      for await (const message of messages) {
        if (message.kind !== "batch") yield message;
        else {
          for (const event of message.batch) {
            signal.throwIfAborted();
            yield { kind: "event", event: copyOut(event) };
          }
        }
      }
    } finally {
      caller?.removeEventListener("abort", abort);
      this.#lifetime.leave(leaving);
    }
  }
}
