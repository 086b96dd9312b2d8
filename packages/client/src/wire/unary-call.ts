import { abortable } from "@leftfold/core";
import type { CallScope } from "../call-scope.ts";
import { callError, cancelled } from "./call-error.ts";
import type { CallInit } from "./event-store-calls.ts";
import { wireTimeoutMs } from "./wire-timeout.ts";

/**
 * One attempt at a call with one answer.
 *
 * @param attemptTimeoutMs what the attempt may take; less when the scope's own deadline passes before.
 * @throws the reason that the scope was ended with; otherwise one of the store's errors.
 */
export async function unaryCall<Answer>(
  send: (init: CallInit) => Promise<Answer>,
  scope: CallScope,
  attemptTimeoutMs: number,
): Promise<Answer> {
  const controller = new AbortController();
  const cancel = (): void => controller.abort(cancelled);
  scope.signal.addEventListener("abort", cancel);
  try {
    const timeoutMs = wireTimeoutMs(Math.min(attemptTimeoutMs, scope.remainingMs() ?? attemptTimeoutMs));
    return await abortable(send({ signal: controller.signal, timeoutMs }), controller.signal);
  } catch (reason) {
    scope.signal.throwIfAborted();
    throw callError(reason);
  } finally {
    scope.signal.removeEventListener("abort", cancel);
  }
}
