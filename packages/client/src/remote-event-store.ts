import {
  type AppendRequest,
  type AppendResult,
  type CallOptions,
  type EventStore,
  EventStoreError,
  eventIds,
  Lifetime,
  type ReadAllRequest,
  type ReadStreamRequest,
  type RecordedEvent,
  type SubscribeRequest,
  type SubscriptionMessage,
  validateAppend,
  validateCallOptions,
  validateReadAll,
  validateReadStream,
  validateSubscribe,
} from "@leftfold/core";
import type { AppendCoalescer } from "./append/append-coalescer.ts";
import { appendsCutOff } from "./append/appends-cut-off.ts";
import { CallScope } from "./call-scope.ts";
import type { ResumeSetting } from "./reading/resume-setting.ts";
import { resumingRead } from "./reading/resuming-read.ts";
import { resumingSubscription } from "./reading/resuming-subscription.ts";
import type { RemoteSetting } from "./remote-setting.ts";
import { Retries } from "./retry/retries.ts";
import type { CallInit } from "./wire/event-store-calls.ts";
import { unaryCall } from "./wire/unary-call.ts";
import { wireAppend } from "./wire/wire-append.ts";

/** Keys are UUIDs, as the ids of events are, and each sorts after the one before: so does the index that the store keeps them in. */
const newIdempotencyKey = eventIds();

/** A handle on one tenant's log, over the wire. */
export class RemoteEventStore implements EventStore {
  readonly #tenantId: string;
  readonly #setting: RemoteSetting;
  readonly #coalescer: AppendCoalescer<Uint8Array>;
  readonly #lifetime: Lifetime;
  readonly #resume: ResumeSetting;

  constructor(
    tenantId: string,
    setting: RemoteSetting,
    coalescer: AppendCoalescer<Uint8Array>,
    backendLifetime: Lifetime,
  ) {
    this.#tenantId = tenantId;
    this.#setting = setting;
    this.#coalescer = coalescer;
    const { retry, clock } = setting;
    this.#lifetime = new Lifetime(backendLifetime);
    this.#resume = { lifetime: this.#lifetime, retry, clock };
  }

  async append(request: AppendRequest, options?: CallOptions): Promise<AppendResult> {
    this.#lifetime.throwIfClosed();
    if (options !== undefined) validateCallOptions(options);
    options?.signal?.throwIfAborted();
    const valid = validateAppend(request, this.#setting.limits);
    const given = request.idempotencyKey;
    const wire = wireAppend(this.#tenantId, valid, given ?? newIdempotencyKey());
    const result = await this.#coalescer.append(wire, this, options);
    // Under a key that is unknown to the caller, a repetition can only be this client's own: to the caller
    // it is the first.
    return given === undefined && result.replayed ? { ...result, replayed: false } : result;
  }

  readStream(request: ReadStreamRequest, options?: CallOptions): AsyncIterable<RecordedEvent> {
    const { calls, limits } = this.#setting;
    const read = {
      request,
      validate: () => validateReadStream(request, limits),
      open: calls.readStream.bind(calls, this.#tenantId),
      nonceOf: (event: RecordedEvent) => event.aggregateNonce,
      isDense: () => true,
    };
    return resumingRead<ReadStreamRequest>(read, this.#resume, options);
  }

  readAll(request: ReadAllRequest = {}, options?: CallOptions): AsyncIterable<RecordedEvent> {
    const { calls, limits } = this.#setting;
    const read = {
      request,
      validate: () => validateReadAll(request, limits),
      open: calls.readAll.bind(calls, this.#tenantId),
      nonceOf: (event: RecordedEvent) => event.globalNonce,
      isDense: () => request.query === undefined,
    };
    return resumingRead<ReadAllRequest>(read, this.#resume, options);
  }

  subscribe(request: SubscribeRequest = {}, options?: CallOptions): AsyncIterable<SubscriptionMessage> {
    const { calls, limits, idleTimeoutMs } = this.#setting;
    const subscription = {
      request,
      validate: () => validateSubscribe(request, limits),
      open: calls.subscribe.bind(calls, this.#tenantId),
      idleTimeoutMs,
    };
    return resumingSubscription(subscription, this.#resume, options);
  }

  async head(options?: CallOptions): Promise<bigint> {
    const { calls, retry, clock } = this.#setting;
    const scope = new CallScope(options, this.#lifetime);
    try {
      const retries = new Retries(retry, clock);
      const send = (init: CallInit): Promise<bigint> => calls.head(this.#tenantId, init);
      for (;;) {
        try {
          return await unaryCall(send, scope, retry.attemptTimeoutMs);
        } catch (error) {
          scope.signal.throwIfAborted();
          await retries.waitAfter(EventStoreError.from(error), scope.signal);
        }
      }
    } finally {
      scope.close();
    }
  }

  /** Ends this handle and what runs in it; the connection and other handles stay. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
    this.#coalescer.abandon(appendsCutOff(), this);
  }
}
