import type { RetryPolicy } from "../retry.ts";

/** What becomes of an event that cannot be processed. */
export interface ErrorOptions {
  /** How often it is tried; 3 attempts with waits of up to 50 and 100 milliseconds when absent. Nothing overtakes it meanwhile. */
  readonly retry?: Partial<RetryPolicy> | undefined;
  /**
   * `stop` (when absent): the runner fails at the event; everything before it is committed. `park`: the event is put aside with all
   * later ones of its key, in the commit that would have held its effect, and the other keys go on.
   */
  readonly policy?: "stop" | "park" | undefined;
  /** Parked events at most, 10,000 when absent. Beyond them the runner stops. */
  readonly parkedMax?: number | undefined;
}

export interface ErrorPolicy {
  readonly retry: RetryPolicy;
  readonly park: boolean;
  readonly parkedMax: number;
}

const defaultRetry: RetryPolicy = { attemptsMax: 3, baseDelayMs: 50, delayMaxMs: 1_000 };

export function errorPolicy(options: ErrorOptions = {}): ErrorPolicy {
  const { retry, policy = "stop", parkedMax = 10_000 } = options;
  return { retry: { ...defaultRetry, ...retry }, park: policy === "park", parkedMax };
}
