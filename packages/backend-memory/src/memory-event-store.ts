import { setImmediate } from "node:timers/promises";
import {
  type AppendRequest,
  type AppendResult,
  beginCall,
  type CallOptions,
  type EventStore,
  follow,
  Lifetime,
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
    this.#admit(options);
    const { log, limits } = this.#setting;
    return log.append(validateAppend(request, limits));
  }

  readStream(request: ReadStreamRequest, options?: CallOptions): AsyncIterable<RecordedEvent> {
    const { log, limits } = this.#setting;
    return this.#read(options, () => {
      validateReadStream(request, limits);
      const { aggregateType, aggregateId, direction = "forwards", from, maxCount } = request;
      return { events: log.streamEvents(aggregateType, aggregateId, { from, direction }), maxCount };
    });
  }

  readAll(request: ReadAllRequest = {}, options?: CallOptions): AsyncIterable<RecordedEvent> {
    const { log, limits } = this.#setting;
    return this.#read(options, () => {
      validateReadAll(request, limits);
      const { query, direction = "forwards", from, to, maxCount } = request;
      return { events: log.events(query, spanOf(log.head, { from, to, direction }), direction), maxCount };
    });
  }

  subscribe(request: SubscribeRequest = {}, options?: CallOptions): AsyncIterable<SubscriptionMessage> {
    const leaving = new AbortController();
    return leavable(this.#follow(request, options, leaving), leaving);
  }

  async head(options?: CallOptions): Promise<bigint> {
    this.#admit(options);
    return this.#setting.log.head;
  }

  /** Ends this handle and what runs in it; the tenant's log and other handles on it stay. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
  }

  /** For a call that is over before anything could end it. */
  #admit(options: CallOptions | undefined): void {
    this.#lifetime.throwIfClosed();
    beginCall(options).end();
  }

  /** A read begins, and takes the head that bounds it, when its first event is asked for. */
  async *#read(
    options: CallOptions | undefined,
    begin: () => { events: Iterable<RecordedEvent>; maxCount: number | undefined },
  ): AsyncGenerator<RecordedEvent, void, undefined> {
    this.#lifetime.throwIfClosed();
    const call = beginCall(options);
    try {
      const { events, maxCount } = begin();
      let count = 0;
      for (const event of events) {
        yield copyOut(event);
        call.signal?.throwIfAborted();
        this.#lifetime.throwIfClosed();
        if (++count === maxCount) return;
        if (count % readEventsPerTurn === 0) await setImmediate();
      }
    } finally {
      call.end();
    }
  }

  async *#follow(
    request: SubscribeRequest,
    options: CallOptions | undefined,
    leaving: AbortController,
  ): AsyncGenerator<SubscriptionMessage, void, undefined> {
    const { log, limits, heartbeatMs } = this.#setting;
    this.#lifetime.throwIfClosed();
    const call = beginCall(options);
    const abort = (): void => leaving.abort(call.signal?.reason);
    const { signal } = leaving;
    this.#lifetime.enter(leaving);
    call.signal?.addEventListener("abort", abort, { once: true });
    try {
      validateSubscribe(request, limits);
      const { query, after = 0n } = request;
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
      call.signal?.removeEventListener("abort", abort);
      call.end();
      this.#lifetime.leave(leaving);
    }
  }
}
