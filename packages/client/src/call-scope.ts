import { type CallOptions, DeadlineExceededError, type Lifetime, validateCallOptions } from "@leftfold/core";
import { wireTimeoutMs } from "./wire/wire-timeout.ts";

const timerMsMax = 2 ** 31 - 1;

/**
 * What can end a call, in one signal: the caller's own signal, its deadline, and the end of the store.
 * Closing the scope takes its listener and its timer away, however long the caller's signal lives on.
 */
export class CallScope {
  /** Aborted with the reason that the call is to reject with. */
  readonly signal: AbortSignal;
  readonly #controller: AbortController;
  readonly #lifetime: Lifetime;
  readonly #caller: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #endsAtMs: number | undefined;

  /**
   * @param controller the scope's own; given by who wants to end the call as well.
   * @throws `unavailable` when the store was closed; `invalid-argument` for a timeout that is not above 0;
   * the reason of a signal that is aborted already.
   */
  constructor(
    options: CallOptions | undefined,
    lifetime: Lifetime,
    controller: AbortController = new AbortController(),
  ) {
    lifetime.throwIfClosed();
    if (options !== undefined) validateCallOptions(options);
    options?.signal?.throwIfAborted();
    this.#controller = controller;
    this.signal = controller.signal;
    this.#lifetime = lifetime;
    lifetime.enter(controller);
    this.#caller = options?.signal;
    this.#caller?.addEventListener("abort", this.#abort);
    const timeoutMs = options?.timeoutMs;
    if (timeoutMs === undefined) return;
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#timer = setTimeout(() => this.#expire(timeoutMs), Math.min(timeoutMs, timerMsMax));
  }

  /** What is left of the deadline, as it can be sent along; undefined when there is none. */
  remainingMs(): number | undefined {
    return this.#endsAtMs === undefined ? undefined : wireTimeoutMs(this.#endsAtMs - performance.now());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#abort);
    this.#lifetime.leave(this.#controller);
  }

  readonly #abort = (): void => this.#controller.abort(this.#caller?.reason);

  #expire(timeoutMs: number): void {
    this.#controller.abort(new DeadlineExceededError(`The call took longer than its ${timeoutMs} ms.`));
  }
}
