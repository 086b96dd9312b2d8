import { setTimeout as sleep } from "node:timers/promises";

/** How often something is tried again, and how long the waits are in between. */
export interface RetryOptions {
  /** Attempts in all, the first one included; from 1. */
  readonly attemptsMax?: number | undefined;
  /** The first wait, in milliseconds; each further one is twice as long. */
  readonly delayMs?: number | undefined;
  /** The longest wait, in milliseconds. */
  readonly delayMaxMs?: number | undefined;
}

export type RetryPolicy = Required<{ readonly [Key in keyof RetryOptions]: number }>;

/** The wait before an attempt: doubled each time up to a bound, and half of it at random, so that runners do not meet again. */
export function delayBefore(
  attempt: number,
  { delayMs, delayMaxMs }: RetryPolicy,
  random: () => number = Math.random,
): number {
  const full = Math.min(delayMs * 2 ** Math.max(0, attempt - 2), delayMaxMs);
  return full / 2 + (full / 2) * random();
}

/**
 * Waits before an attempt.
 *
 * @throws the signal's reason.
 */
export async function backOff(attempt: number, policy: RetryPolicy, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await sleep(delayBefore(attempt, policy), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** The policy that options stand for. */
export function retryPolicy(options: RetryOptions | undefined, defaults: RetryPolicy): RetryPolicy {
  return {
    attemptsMax: Math.max(1, options?.attemptsMax ?? defaults.attemptsMax),
    delayMs: options?.delayMs ?? defaults.delayMs,
    delayMaxMs: options?.delayMaxMs ?? defaults.delayMaxMs,
  };
}
