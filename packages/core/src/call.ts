import { DeadlineExceededError } from "./errors.ts";
import type { CallOptions } from "./event-store.ts";
import type { Lifetime } from "./lifetime.ts";
import { validateCallOptions } from "./validate-query.ts";

/** A call that runs, under what its caller asked for. */
export interface Call {
  /** Ends the call: the caller's own signal, a deadline, or both. Undefined when neither was asked for. */
  readonly signal: AbortSignal | undefined;
  /** Lets go of the timer and the listener behind the signal. To be called once the call is over, in any way. */
  readonly end: () => void;
}

const nothing = (): void => undefined;
const unbounded: Call = { signal: undefined, end: nothing };

/**
 * Begins a call under its caller's signal and deadline.
 *
 * @throws the signal's reason when it is aborted already; `invalid-argument` for a timeout of 0 or less.
 */
export function beginCall(options: CallOptions | undefined): Call {
  if (options === undefined) return unbounded;
  validateCallOptions(options);
  const { signal, timeoutMs } = options;
  signal?.throwIfAborted();
  if (timeoutMs === undefined) return { signal, end: nothing };
  const deadline = new AbortController();
  const abort = (): void => deadline.abort(signal?.reason);
  const expire = (): void => {
    deadline.abort(new DeadlineExceededError(`The call took longer than its ${timeoutMs} ms.`));
  };
  signal?.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(expire, Math.min(timeoutMs, timerMsMax));
  letProcessExit(timer);
  const end = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
  return { signal: deadline.signal, end };
}

/**
 * Runs a call of what has not ended yet, under its caller's signal and deadline. What is thrown on the way there rejects.
 *
 * Without a deadline the promise is the run's own: this is on the way of every append, and another would be garbage.
 */
export function runCall<T>(
  lifetime: Lifetime,
  options: CallOptions | undefined,
  run: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  let call = unbounded;
  try {
    lifetime.throwIfClosed();
    call = beginCall(options);
    const running = run(call.signal);
    return options?.timeoutMs === undefined ? running : running.finally(call.end);
  } catch (error) {
    call.end();
    return Promise.reject(error);
  }
}

/** What timers hold, about 25 days. A longer wait would fire at once. */
const timerMsMax = 2 ** 31 - 1;

/** In Node a timer keeps the process alive, unless told otherwise; browsers' timers are plain numbers. */
function letProcessExit(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer) (timer as { unref(): void }).unref();
}

/**
 * Settles as `promise` does, unless the signal is aborted first: then it rejects with the signal's reason.
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
