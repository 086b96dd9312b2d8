import { type AppendResult, type CallOptions, EventStoreError } from "@leftfold/core";
import type { Clock } from "../retry/clock.ts";
import { givenUp } from "../retry/retries.ts";
import { delayMs, type RetryPolicy } from "../retry/retry-policy.ts";
import { callError } from "../wire/call-error.ts";
import { AppendCall } from "./append-call.ts";
import type { AppendOptions } from "./append-options.ts";
import { AppendQueue } from "./append-queue.ts";
import { PendingAppend, type WireAppend } from "./pending-append.ts";

/** What became of one append of a call. */
export type AppendOutcome = AppendResult | EventStoreError;

/**
 * Sends appends: one outcome for each, in order. Rejects with a retryable error when the call as a whole
 * failed and the outcomes are unknown.
 */
export type SendAppends<Message> = (
  messages: readonly Message[],
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
) => Promise<readonly AppendOutcome[]>;

/** So many appends are not worth two calls. */
const splitMin = 16;

export interface AppendCoalescerSetting<Message> {
  readonly send: SendAppends<Message>;
  readonly options: AppendOptions;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
}

/**
 * Sends appends in as few calls as it takes without making any wait: what arrives while calls are in flight
 * goes together into the next one, and a lone append goes at once. There are no timers and nothing to tune. Of many
 * that wait a call takes its share alone, so that client and store work at once.
 *
 * 1. An append waits in a bounded queue until a call is free, or until it is aborted or its time is up;
 *    then it is never sent.
 * 2. An append that is abandoned in flight rejects, while the others of its call go on. A call that nobody
 *    waits for ends.
 * 3. A call that fails gives its appends back to the queue. All calls then rest for a jittered, growing
 *    delay, and calls are
 *    half as large until they succeed: a large one may be more than a bad connection, or one of its appends,
 *    lets through.
 * 4. An append whose own outcome is retryable is put off alone, for the delay that the store asks for and a
 *    jittered one.
 */
export class AppendCoalescer<Message> {
  readonly #setting: AppendCoalescerSetting<Message>;
  readonly #queue: AppendQueue<Message>;
  /** A new list each time: see the queue for what a set would do. */
  #calls: readonly AppendCall<Message>[] = [];
  readonly #closing = new AbortController();
  readonly #putOff = new Set<PendingAppend<Message>>();
  #flushing = false;
  #resting = false;
  #failures = 0;
  #failingSinceMs = 0;
  /** Appends in the next call at most, for the time being. */
  #callSizeMax: number;

  constructor(setting: AppendCoalescerSetting<Message>) {
    this.#setting = setting;
    this.#queue = new AppendQueue(setting.options);
    this.#callSizeMax = setting.options.appendsPerCallMax;
  }

  /** @throws `resource-exhausted` when the queue is full. */
  append(wire: WireAppend<Message>, owner: object, options: CallOptions | undefined): Promise<AppendResult> {
    this.#queue.throwIfFull(wire.byteCount);
    const nowMs = this.#setting.clock.now();
    const append = new PendingAppend({ wire, owner, nowMs, options, onAbandoned: this.#forget });
    this.#queue.add(append);
    this.#flushSoon();
    return append.promise;
  }

  /** Rejects every append, and sends nothing any more. */
  close(reason: unknown): void {
    this.abandon(reason);
    this.#closing.abort();
  }

  /** Rejects every append of an owner, or of all when none is named. */
  abandon(reason: unknown, owner?: object): void {
    const inFlight = this.#calls.flatMap((call) => call.appends);
    for (const append of [...this.#queue, ...this.#putOff, ...inFlight]) {
      if (owner === undefined || append.owner === owner) append.abandon(reason);
    }
  }

  readonly #forget = (append: PendingAppend<Message>): void => {
    this.#queue.remove(append);
    this.#putOff.delete(append);
  };

  // A microtask later, everything that was appended in the same turn is there and goes together.
  #flushSoon(): void {
    if (this.#flushing || this.#resting) return;
    this.#flushing = true;
    queueMicrotask(this.#flush);
  }

  readonly #flush = (): void => {
    this.#flushing = false;
    while (
      !this.#resting &&
      this.#queue.size > 0 &&
      this.#calls.length < this.#setting.options.callsInFlightMax
    ) {
      void this.#send(new AppendCall(this.#queue.take(Math.min(this.#callSizeMax, this.#fairShare()))));
    }
  };

  /**
   * One call's part of all appends that are not answered: while the store has one part, the next is prepared. If one call took them
   * all, client and store would wait for each other in turn. Few go together, as each call has its own price.
   */
  #fairShare(): number {
    let unanswered = this.#queue.size;
    for (const { appends } of this.#calls) unanswered += appends.length;
    return Math.max(splitMin, Math.ceil(unanswered / this.#setting.options.callsInFlightMax));
  }

  async #send(call: AppendCall<Message>): Promise<void> {
    const { send, options, retry, clock } = this.#setting;
    this.#calls = [...this.#calls, call];
    try {
      const timeoutMs = call.timeoutMs(retry.attemptTimeoutMs, clock.now());
      const outcomes = await send(call.messages, { signal: call.signal, timeoutMs });
      this.#failures = 0;
      this.#callSizeMax = Math.min(options.appendsPerCallMax, this.#callSizeMax * 2);
      this.#settle(call, outcomes);
    } catch (reason) {
      this.#callFailed(call, callError(reason));
    } finally {
      this.#calls = this.#calls.filter((other) => other !== call);
      if (this.#queue.size > 0) this.#flushSoon();
    }
  }

  #settle(call: AppendCall<Message>, outcomes: readonly AppendOutcome[]): void {
    const again: { append: PendingAppend<Message>; error: EventStoreError }[] = [];
    call.appends.forEach((append, i) => {
      append.carrier = undefined;
      const outcome = outcomes[i]!;
      if (!(outcome instanceof EventStoreError)) append.resolve(outcome);
      else if (append.settled) return;
      else if (outcome.retryable) again.push({ append, error: outcome });
      else append.reject(outcome);
    });
    for (const { append, error } of again) void this.#sendLater(append, error);
  }

  /**
   * Puts one append off that the store did not take, and gives it up when it has been put off for too long.
   */
  async #sendLater(append: PendingAppend<Message>, error: EventStoreError): Promise<void> {
    const { retry, clock } = this.#setting;
    const nowMs = clock.now();
    append.putOffSinceMs ??= nowMs;
    const waitMs = delayMs(retry, append.attempts, error, clock.random());
    if (this.#isHopeless(append, nowMs + waitMs, append.putOffSinceMs)) {
      append.reject(givenUp(error, append.attempts, nowMs - append.putOffSinceMs));
      return;
    }
    this.#putOff.add(append);
    await clock.sleep(waitMs, this.#closing.signal).catch(() => undefined);
    if (!this.#putOff.delete(append)) return;
    this.#queue.putBack([append]);
    this.#flushSoon();
  }

  #callFailed(call: AppendCall<Message>, error: EventStoreError): void {
    const open = call.appends.filter((append) => !append.settled);
    for (const append of open) append.carrier = undefined;
    // Nobody waits for this call any more: it was cancelled here, which says nothing about the connection.
    if (open.length === 0) return;
    if (!error.retryable) {
      for (const append of open) append.reject(error);
      return;
    }
    this.#queue.putBack(open);
    this.#callSizeMax = Math.ceil(call.appends.length / 2);
    this.#rest(error);
  }

  /** Sends nothing for a while, and gives up what would have waited for too long by then. */
  #rest(error: EventStoreError): void {
    if (this.#resting) return;
    const { retry, clock } = this.#setting;
    const nowMs = clock.now();
    if (this.#failures++ === 0) this.#failingSinceMs = nowMs;
    const waitMs = delayMs(retry, this.#failures, error, clock.random());
    for (const append of [...this.#queue]) {
      const sinceMs = Math.max(this.#failingSinceMs, append.enqueuedAtMs);
      if (!this.#isHopeless(append, nowMs + waitMs, sinceMs)) continue;
      this.#queue.remove(append);
      append.reject(givenUp(error, Math.max(append.attempts, this.#failures), nowMs - sinceMs));
    }
    if (this.#queue.size === 0) return;
    this.#resting = true;
    const wake = (): void => {
      this.#resting = false;
      this.#flushSoon();
    };
    clock.sleep(waitMs, this.#closing.signal).then(wake, wake);
  }

  #isHopeless(append: PendingAppend<Message>, nextAtMs: number, sinceMs: number): boolean {
    const { attemptsMax, retryTimeoutMs } = this.#setting.retry;
    return append.attempts >= attemptsMax || nextAtMs - sinceMs > retryTimeoutMs;
  }
}
