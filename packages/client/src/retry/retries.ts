import { type EventStoreError, UnavailableError } from "@leftfold/core";
import type { Clock } from "./clock.ts";
import { delayMs, type RetryPolicy } from "./retry-policy.ts";

/** What bounds the attempts of one operation. */
export type RetryBounds = Pick<RetryPolicy, "attemptsMax" | "retryTimeoutMs">;

/** The attempts of one operation: says after each failure whether there is another, and waits for it. */
export class Retries {
  readonly #policy: RetryPolicy;
  readonly #clock: Clock;
  #failures = 0;
  #failingSinceMs = 0;

  constructor(policy: RetryPolicy, clock: Clock) {
    this.#policy = policy;
    this.#clock = clock;
  }

  /** Something came through: the next failure is the first again. */
  progress(): void {
    this.#failures = 0;
  }

  /**
   * Waits until the operation may be tried again.
   *
   * @throws the error itself when it is not retryable; what it says and how often it was tried when the
   * bounds are reached; the signal's reason.
   */
  async waitAfter(
    error: EventStoreError,
    signal: AbortSignal | undefined,
    bounds: RetryBounds = this.#policy,
  ): Promise<void> {
    if (!error.retryable) throw error;
    const nowMs = this.#clock.now();
    if (this.#failures++ === 0) this.#failingSinceMs = nowMs;
    const waitMs = delayMs(this.#policy, this.#failures, error, this.#clock.random());
    const failingMs = nowMs - this.#failingSinceMs;
    if (this.#failures >= bounds.attemptsMax || failingMs + waitMs > bounds.retryTimeoutMs) {
      throw givenUp(error, this.#failures, failingMs);
    }
    await this.#clock.sleep(waitMs, signal);
  }
}

/**
 * The last error, with how often it was tried. An error of another class than `unavailable` speaks for
 * itself.
 */
export function givenUp(error: EventStoreError, attempts: number, failingMs: number): EventStoreError {
  if (!(error instanceof UnavailableError) || attempts < 2) return error;
  const message = `${error.message} Gave up after ${attempts} attempts in ${Math.round(failingMs)} ms.`;
  return new UnavailableError(message, { cause: error });
}
