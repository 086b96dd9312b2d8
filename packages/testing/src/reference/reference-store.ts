import {
  type AppendRequest,
  type AppendResult,
  beginCall,
  type CallOptions,
  type EventStore,
  type FollowedPage,
  follow,
  type Limits,
  leavable,
  matches,
  type ReadAllRequest,
  type ReadStreamRequest,
  type RecordedEvent,
  type SubscribeRequest,
  type SubscriptionMessage,
  UnavailableError,
  validateReadAll,
  validateReadStream,
  validateSubscribe,
} from "@leftfold/core";
import type { ReferenceLog } from "./reference-log.ts";

export interface ReferenceStoreSettings {
  readonly limits: Limits;
  readonly heartbeatMs: number;
  /** Aborted, with an `unavailable` error, when the backend is disposed. */
  readonly closing: AbortSignal;
}

/** The events that one page of a subscription looks at. */
const pageEvents = 100n;

/** A tenant's log, as the port shows it. */
export class ReferenceStore implements EventStore {
  readonly #log: ReferenceLog;
  readonly #settings: ReferenceStoreSettings;
  readonly #closed = new AbortController();

  constructor(log: ReferenceLog, settings: ReferenceStoreSettings) {
    this.#log = log;
    this.#settings = settings;
  }

  async append(request: AppendRequest, options?: CallOptions): Promise<AppendResult> {
    this.#admit(options);
    return this.#log.append(request);
  }

  async head(options?: CallOptions): Promise<bigint> {
    this.#admit(options);
    return this.#log.head;
  }

  async *readStream(request: ReadStreamRequest, options?: CallOptions): AsyncGenerator<RecordedEvent> {
    const signal = this.#admit(options);
    validateReadStream(request, this.#settings.limits);
    const { aggregateType, aggregateId, direction, from, maxCount } = request;
    const stream = this.#log.events.filter(
      (event) => event.aggregateType === aggregateType && event.aggregateId === aggregateId,
    );
    const within = ({ aggregateNonce }: RecordedEvent): boolean =>
      from === undefined || (direction === "backwards" ? aggregateNonce <= from : aggregateNonce >= from);
    yield* this.#give(stream.filter(within), direction, maxCount, signal);
  }

  async *readAll(request: ReadAllRequest = {}, options?: CallOptions): AsyncGenerator<RecordedEvent> {
    const signal = this.#admit(options);
    validateReadAll(request, this.#settings.limits);
    const { query, direction, from, to, maxCount } = request;
    const [lowest, highest] = direction === "backwards" ? [to, from] : [from, to];
    const found = this.#log.events.filter(
      (event) =>
        (lowest === undefined || event.globalNonce >= lowest) &&
        (highest === undefined || event.globalNonce <= highest) &&
        (query === undefined || matches(query, event)),
    );
    yield* this.#give(found, direction, maxCount, signal);
  }

  subscribe(request: SubscribeRequest = {}, options?: CallOptions): AsyncIterable<SubscriptionMessage> {
    const leaving = new AbortController();
    return leavable(this.#follow(request, options, leaving.signal), leaving);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new UnavailableError("The store was closed."));
  }

  async *#follow(
    request: SubscribeRequest,
    options: CallOptions | undefined,
    leaving: AbortSignal,
  ): AsyncGenerator<SubscriptionMessage, void, undefined> {
    const signal = AbortSignal.any([this.#admit(options), leaving]);
    validateSubscribe(request, this.#settings.limits);
    const after = request.after === "head" ? this.#log.head : (request.after ?? 0n);
    const followed = follow(
      {
        readAfter: async (position) => this.#page(position, request.query),
        waitBeyond: async (position, timeoutMs) => {
          if (this.#log.head <= position) await this.#log.waitForMore(timeoutMs, signal);
        },
      },
      { after, heartbeatMs: this.#settings.heartbeatMs, signal },
    );
    for await (const message of followed) {
      if (message.kind === "batch")
        for (const event of message.batch) yield { kind: "event", event: structuredClone(event) };
      else yield message;
    }
  }

  #page(position: bigint, query: SubscribeRequest["query"]): FollowedPage<RecordedEvent[]> {
    const page = this.#log.events.slice(Number(position), Number(position + pageEvents));
    const found = query === undefined ? page : page.filter((event) => matches(query, event));
    return {
      batch: found.length === 0 ? undefined : found,
      lastDelivered: found.at(-1)?.globalNonce ?? position,
      scannedTo: page.at(-1)?.globalNonce ?? position,
      live: this.#log.head - position <= pageEvents,
    };
  }

  async *#give(
    events: readonly RecordedEvent[],
    direction: "forwards" | "backwards" = "forwards",
    maxCount = Number.POSITIVE_INFINITY,
    signal: AbortSignal,
  ): AsyncGenerator<RecordedEvent> {
    const ordered = direction === "backwards" ? events.toReversed() : events;
    for (const event of ordered.slice(0, maxCount)) {
      signal.throwIfAborted();
      yield structuredClone(event);
    }
    signal.throwIfAborted();
  }

  /**
   * What ends a call: the caller, its deadline, or the store's end.
   *
   * @throws the reason when one of them has ended it already.
   */
  #admit(options: CallOptions | undefined): AbortSignal {
    const signals = [beginCall(options).signal, this.#closed.signal, this.#settings.closing];
    const signal = AbortSignal.any(signals.filter((ending) => ending !== undefined));
    signal.throwIfAborted();
    return signal;
  }
}
