import {
  type AppendRequest,
  type AppendResult,
  abortable,
  beginCall,
  type CallOptions,
  type EventStore,
  type FollowMessage,
  follow,
  Lifetime,
  type Limits,
  leavable,
  type ReadAllRequest,
  type ReadStreamRequest,
  type RecordedEvent,
  runCall,
  type SubscribeRequest,
  type SubscriptionMessage,
  validateAppend,
  validateReadAll,
  validateReadStream,
  validateSubscribe,
} from "@leftfold/core";
import type { EncodedEventStore } from "@leftfold/proto";
import { appendFingerprint } from "./append-fingerprint.ts";
import { eachEvent } from "./each-event.ts";
import type { LogBatch } from "./log-batch.ts";
import { readHeadNonce } from "./log-head.ts";
import { readAhead } from "./read-ahead.ts";
import { readAllPages, readStreamPages } from "./read-pages.ts";
import { retryRead } from "./retry-read.ts";
import type { TenantLog } from "./tenant-log.ts";

/** What a store has from its backend. */
export interface StoreSetting {
  /** The tenant's log, made when it is not there. */
  readonly log: () => TenantLog;
  readonly limits: Limits;
  readonly heartbeatMs: number;
  readonly lifetime: Lifetime;
}

/** A handle on one tenant's log. */
export class PostgresEventStore implements EventStore, EncodedEventStore {
  readonly #setting: StoreSetting;
  readonly #lifetime: Lifetime;

  constructor(setting: StoreSetting) {
    this.#setting = setting;
    this.#lifetime = new Lifetime(setting.lifetime);
  }

  append(request: AppendRequest, options?: CallOptions): Promise<AppendResult> {
    return runCall(this.#lifetime, options, (signal) => {
      const append = validateAppend(request, this.#setting.limits);
      return this.#setting.log().sequencer.append(append, appendFingerprint(append), signal);
    });
  }

  head(options?: CallOptions): Promise<bigint> {
    return runCall(this.#lifetime, options, (signal) => {
      const { sql, schema, tenantId } = this.#setting.log().table;
      return abortable(
        retryRead(() => readHeadNonce(sql, schema, tenantId), signal),
        signal,
      );
    });
  }

  readStream(request: ReadStreamRequest, options?: CallOptions): AsyncIterable<RecordedEvent> {
    return eachEvent(this.readStreamEncoded(request, options));
  }

  readAll(request: ReadAllRequest = {}, options?: CallOptions): AsyncIterable<RecordedEvent> {
    return eachEvent(this.readAllEncoded(request, options));
  }

  async *subscribe(
    request: SubscribeRequest = {},
    options?: CallOptions,
  ): AsyncGenerator<SubscriptionMessage, void, undefined> {
    for await (const message of this.subscribeEncoded(request, options)) {
      if (message.kind !== "batch") yield message;
      else for (const event of message.batch.events) yield { kind: "event", event };
    }
  }

  readStreamEncoded(request: ReadStreamRequest, options?: CallOptions): AsyncIterable<LogBatch> {
    return this.#run(options, async function* (log, signal, limits) {
      validateReadStream(request, limits);
      yield* readAhead(readStreamPages(log.table, request, signal));
    });
  }

  readAllEncoded(request: ReadAllRequest = {}, options?: CallOptions): AsyncIterable<LogBatch> {
    return this.#run(options, async function* (log, signal, limits) {
      validateReadAll(request, limits);
      const { sql, schema, tenantId } = log.table;
      const head = await abortable(
        retryRead(() => readHeadNonce(sql, schema, tenantId), signal),
        signal,
      );
      yield* readAhead(readAllPages(log.table, request, head, signal));
    });
  }

  subscribeEncoded(
    request: SubscribeRequest = {},
    options?: CallOptions,
  ): AsyncIterable<FollowMessage<LogBatch>> {
    const { heartbeatMs } = this.#setting;
    return this.#run(options, async function* (log, signal, limits) {
      validateSubscribe(request, limits);
      const { after, log: followed, leave } = await log.hub.join(request, signal);
      try {
        yield* follow(followed, { after, heartbeatMs, signal });
      } finally {
        leave();
      }
    });
  }

  /** Ends this handle and what runs in it; the tenant's log and other handles on it stay. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
  }

  /** Runs a generator until it ends, the caller leaves or aborts, or the store is closed, even while it waits. */
  #run<T>(
    options: CallOptions | undefined,
    generate: (log: TenantLog, signal: AbortSignal, limits: Limits) => AsyncGenerator<T, void, undefined>,
  ): AsyncIterable<T> {
    const leaving = new AbortController();
    return leavable(this.#generate(options, leaving, generate), leaving);
  }

  async *#generate<T>(
    options: CallOptions | undefined,
    leaving: AbortController,
    generate: (log: TenantLog, signal: AbortSignal, limits: Limits) => AsyncGenerator<T, void, undefined>,
  ): AsyncGenerator<T, void, undefined> {
    const { log, limits } = this.#setting;
    this.#lifetime.throwIfClosed();
    const call = beginCall(options);
    const abort = (): void => leaving.abort(call.signal?.reason);
    this.#lifetime.enter(leaving);
    call.signal?.addEventListener("abort", abort, { once: true });
    try {
      for await (const item of generate(log(), leaving.signal, limits)) {
        leaving.signal.throwIfAborted();
        yield item;
      }
    } finally {
      call.signal?.removeEventListener("abort", abort);
      call.end();
      this.#lifetime.leave(leaving);
    }
  }
}
