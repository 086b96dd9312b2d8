import { type EventStoreError, InvalidArgumentError, ResourceExhaustedError } from "@leftfold/core";

/** How often, how long and at which pace something that failed is tried again. */
export interface RetryPolicy {
  /**
   * Attempts of one operation without progress in between, the first included; 1 turns retrying off. 30 by
   * default.
   */
  readonly attemptsMax: number;
  /**
   * Gives up when trying again would go on longer than this after the first failure. 30 seconds by default.
   */
  readonly retryTimeoutMs: number;
  /**
   * As `retryTimeoutMs`, for a subscription that has been answered before; its attempts are not counted. 5
   * minutes.
   */
  readonly resumeTimeoutMs: number;
  /**
   * How long one attempt of an append or of `head` may take before it is given up and repeated. 15 seconds
   * by default.
   */
  readonly attemptTimeoutMs: number;
  /** The longest delay before the second attempt; it doubles with each further one. 50 ms by default. */
  readonly baseDelayMs: number;
  /** What the doubling ends at. 2 seconds by default. */
  readonly delayMaxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = Object.freeze({
  attemptsMax: 30,
  retryTimeoutMs: 30_000,
  resumeTimeoutMs: 5 * 60_000,
  attemptTimeoutMs: 15_000,
  baseDelayMs: 50,
  delayMaxMs: 2_000,
});

/**
 * The defaults, with what was given in their place.
 *
 * @throws `invalid-argument` for a value that is not a number above 0.
 */
export function retryPolicy(given: Partial<RetryPolicy> = {}): RetryPolicy {
  const violations = Object.entries(given)
    .filter(([, value]) => value !== undefined && !(value > 0))
    .map(([name, value]) => ({ field: `retry.${name}`, value: String(value), limit: "a number above 0" }));
  if (violations.length > 0) throw new InvalidArgumentError(violations);
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaultRetryPolicy, ...Object.fromEntries(set) };
}

/**
 * How long to wait after so many failures in a row (1 or more): "full jitter", a random share of a delay
 * that doubles, so that clients which failed together do not come back together. What the store asks for is
 * waited in full, and the random share comes on top.
 *
 * Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function delayMs(
  policy: RetryPolicy,
  failures: number,
  error: EventStoreError,
  random: number,
): number {
  const ceiling = Math.min(policy.delayMaxMs, policy.baseDelayMs * 2 ** (failures - 1));
  const asked = error instanceof ResourceExhaustedError ? error.retryDelayMs : 0;
  return asked + random * ceiling;
}
