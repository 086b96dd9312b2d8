import { DeadlineExceededError } from "./errors.ts";
import type { CallOptions } from "./event-store.ts";
import { validateCallOptions } from "./validate-query.ts";

/**
 * The one signal that ends a call: the caller's own, a deadline, or both. Undefined when neither was asked for.
 *
 * @throws the signal's reason when it is aborted already; `invalid-argument` for a timeout that is not above 0.
 */
export function callSignal(options: CallOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined;
  validateCallOptions(options);
  const { signal, timeoutMs } = options;
  signal?.throwIfAborted();
  if (timeoutMs === undefined) return signal;
  const deadline = deadlineSignal(timeoutMs);
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}

const timerMsMax = 2 ** 31 - 1;

function deadlineSignal(timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const expire = (): void => {
    controller.abort(new DeadlineExceededError(`The call took longer than its ${timeoutMs} ms.`));
  };
  const timer: unknown = setTimeout(expire, Math.min(timeoutMs, timerMsMax));
  // In Node a timer would keep the process alive; browsers' timers are plain numbers.
  if (typeof timer === "object" && timer !== null && "unref" in timer) (timer as { unref(): void }).unref();
  return controller.signal;
}

/** Settles as `promise` does, unless the signal is aborted first: then it rejects with the signal's reason. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
