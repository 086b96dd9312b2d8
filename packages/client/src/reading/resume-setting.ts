import type { Clock } from "../retry/clock.ts";
import type { RetryPolicy } from "../retry/retry-policy.ts";

/** What reads and subscriptions resume by. */
export interface ResumeSetting {
  /** Aborted when the client, or the tenant's store, closes. */
  readonly closing: readonly AbortSignal[];
  readonly retry: RetryPolicy;
  readonly clock: Clock;
}
