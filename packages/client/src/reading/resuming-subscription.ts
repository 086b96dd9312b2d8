import {
  type CallOptions,
  EventStoreError,
  type FollowMessage,
  leavable,
  type RecordedEvent,
  type SubscribeRequest,
  type SubscriptionMessage,
  UnavailableError,
} from "@leftfold/core";
import { CallScope } from "../call-scope.ts";
import { Retries } from "../retry/retries.ts";
import type { CallInit } from "../wire/event-store-calls.ts";
import { streamCall } from "../wire/stream-call.ts";
import type { ResumeSetting } from "./resume-setting.ts";
import { SubscriptionPosition } from "./subscription-position.ts";

export interface Subscription {
  readonly request: SubscribeRequest;
  readonly validate: () => void;
  readonly open: (
    request: SubscribeRequest,
    init: CallInit,
  ) => AsyncIterable<FollowMessage<readonly RecordedEvent[]>>;
  /** A connection that brings neither event nor heartbeat for so long is taken for dead. */
  readonly idleTimeoutMs: number;
}

/**
 * Follows a log across broken connections.
 *
 * 1. It goes on from after the last event or checkpoint that came, so that nothing is missing and nothing
 *    comes twice.
 * 2. It proves that: without a query, nonces come without holes; with one, they rise. Anything else is
 *    `internal`.
 * 3. `head` means the head at the first answer, for good.
 * 4. A connection that falls silent is given up, and the delay between attempts starts anew once something
 *    came.
 *
 * It holds one batch of events at most. What lies behind waits in the connection, and behind that in the
 * store.
 */
export function resumingSubscription(
  subscription: Subscription,
  setting: ResumeSetting,
  options: CallOptions | undefined,
): AsyncIterableIterator<SubscriptionMessage, void, undefined> {
  const leaving = new AbortController();
  return leavable(followOn(subscription, setting, options, leaving), leaving);
}

async function* followOn(
  { request, validate, open, idleTimeoutMs }: Subscription,
  { lifetime, retry, clock }: ResumeSetting,
  options: CallOptions | undefined,
  leaving: AbortController,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const scope = new CallScope(options, lifetime, leaving);
  const { signal } = scope;
  try {
    validate();
    const retries = new Retries(retry, clock);
    const resumeBounds = { attemptsMax: Number.POSITIVE_INFINITY, retryTimeoutMs: retry.resumeTimeoutMs };
    const position = new SubscriptionPosition(request.after, request.query === undefined);
    let answered = false;
    for (;;) {
      const rest = { ...request, after: position.after };
      try {
        for await (const message of streamCall({ open: (init) => open(rest, init), scope, idleTimeoutMs })) {
          answered = true;
          retries.progress();
          yield* passOn(message, position, signal);
        }
        throw new UnavailableError("The server ended a subscription, which only its subscriber may end.");
      } catch (error) {
        signal.throwIfAborted();
        await retries.waitAfter(EventStoreError.from(error), signal, answered ? resumeBounds : retry);
      }
    }
  } finally {
    scope.close();
  }
}

function* passOn(
  message: FollowMessage<readonly RecordedEvent[]>,
  position: SubscriptionPosition,
  signal: AbortSignal,
): Generator<SubscriptionMessage, void, undefined> {
  if (message.kind !== "batch") {
    position.passMark(message.globalNonce);
    yield message;
    return;
  }
  for (const event of message.batch) {
    signal.throwIfAborted();
    position.passEvent(event.globalNonce);
    yield { kind: "event", event };
  }
}
