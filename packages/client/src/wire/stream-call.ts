import { abortable, UnavailableError } from "@leftfold/core";
import type { CallScope } from "../call-scope.ts";
import { callError, cancelled } from "./call-error.ts";
import type { CallInit } from "./event-store-calls.ts";

/** One attempt at a streaming call. */
export interface StreamCall<Message> {
  readonly open: (init: CallInit) => AsyncIterable<Message>;
  readonly scope: CallScope;
  /** A wait for a message that is longer than this ends the call with `unavailable`; no bound when absent. */
  readonly idleTimeoutMs?: number | undefined;
}

/**
 * The messages of one streaming call. Messages are fetched as they are asked for, so that flow control
 * holds the server back while the consumer is busy. Leaving the loop cancels the call.
 *
 * @throws the reason that the scope was ended with; otherwise one of the store's errors.
 */
export async function* streamCall<Message>(
  call: StreamCall<Message>,
): AsyncGenerator<Message, void, undefined> {
  const { open, scope, idleTimeoutMs } = call;
  const controller = new AbortController();
  const cancel = (): void => controller.abort(cancelled);
  let idle = false;
  const endIdle = (): void => {
    idle = true;
    cancel();
  };
  const init = { signal: controller.signal, timeoutMs: scope.remainingMs() };
  const messages = open(init)[Symbol.asyncIterator]();
  scope.signal.addEventListener("abort", cancel);
  try {
    for (;;) {
      // Only the wait is timed: a consumer may take as long as it likes over a message.
      const timer = idleTimeoutMs === undefined ? undefined : setTimeout(endIdle, idleTimeoutMs);
      const next = await abortable(messages.next(), controller.signal).finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } catch (reason) {
    if (scope.signal.aborted) throw scope.signal.reason;
    if (idle)
      throw new UnavailableError(`The server sent neither event nor heartbeat for ${idleTimeoutMs} ms.`);
    throw callError(reason);
  } finally {
    scope.signal.removeEventListener("abort", cancel);
    cancel();
    // Connect lets go of a cancelled call's timer and listeners only when it is asked for one more message.
    messages.next().catch(() => undefined);
  }
}
