import { type CallOptions, DeadlineExceededError, validateCallOptions } from "@leftfold/core";
import { wireTimeoutMs } from "./wire/wire-timeout.ts";

const timerMsMax = 2 ** 31 - 1;

/**
 * What can end a call, in one signal: the caller's own signal, its deadline, and the client's closing. Closing the scope
 * takes its listeners and its timer away, however long the signals it listened to live on.
 */
export class CallScope {
  /** Aborted with the reason that the call is to reject with. */
  readonly controller: AbortController = new AbortController();
  readonly #sources: readonly AbortSignal[];
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #endsAtMs: number | undefined;

  /** @throws the reason of a signal that is aborted already; `invalid-argument` for a timeout that is not above 0. */
  constructor(options: CallOptions | undefined, closing: readonly AbortSignal[]) {
    if (options !== undefined) validateCallOptions(options);
    for (const signal of closing) signal.throwIfAborted();
    options?.signal?.throwIfAborted();
    this.#sources = options?.signal === undefined ? closing : [...closing, options.signal];
    for (const source of this.#sources) source.addEventListener("abort", this.#abort);
    const timeoutMs = options?.timeoutMs;
    if (timeoutMs === undefined) return;
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#timer = setTimeout(() => this.#expire(timeoutMs), Math.min(timeoutMs, timerMsMax));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** What is left of the deadline, as it can be sent along; undefined when there is none. */
  remainingMs(): number | undefined {
    return this.#endsAtMs === undefined ? undefined : wireTimeoutMs(this.#endsAtMs - performance.now());
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const source of this.#sources) source.removeEventListener("abort", this.#abort);
  }

  readonly #abort = (event: Event): void => {
    this.controller.abort((event.target as AbortSignal).reason);
  };

  #expire(timeoutMs: number): void {
    this.controller.abort(new DeadlineExceededError(`The call took longer than its ${timeoutMs} ms.`));
  }
}
