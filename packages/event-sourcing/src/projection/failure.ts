import { EventSourcingError } from "../errors.ts";
import { backOff, type RetryPolicy } from "../retry.ts";

/** The failure that counts in an error: a store may have wrapped what a handler threw inside its transaction. */
export function failureIn(error: unknown): unknown {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if (at instanceof EventSourcingError || isConflict(at) || at.name === "WithinFailedError") return at;
  return error;
}

/** Whether somebody else has moved the checkpoint. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "checkpoint-conflict";
}

/** Whether the same can succeed when it is tried again. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Error && "retryable" in error && error.retryable === true;
}

/** Tries something until it succeeds, fails for good, or has failed too often. */
export async function retrying<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= policy.attemptsMax || !isRetryable(error)) throw error;
      await backOff(policy, attempt, error, signal);
    }
  }
}
