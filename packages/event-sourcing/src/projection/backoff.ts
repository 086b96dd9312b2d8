import { setTimeout as sleep } from "node:timers/promises";
import type { RetryPolicy } from "../retry.ts";

/** The wait before an attempt: doubled each time up to a bound, and half of it at random, so that runners do not meet again. */
export function delayBefore(
  attempt: number,
  { baseDelayMs, delayMaxMs }: RetryPolicy,
  random: () => number = Math.random,
): number {
  const full = Math.min(baseDelayMs * 2 ** Math.max(0, attempt - 2), delayMaxMs);
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
