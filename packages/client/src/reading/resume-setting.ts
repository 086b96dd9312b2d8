import type { Lifetime } from "@leftfold/core";
import type { Clock } from "../retry/clock.ts";
import type { RetryPolicy } from "../retry/retry-policy.ts";

/** What reads and subscriptions resume by. */
export interface ResumeSetting {
  /** That of the tenant's store, within that of the client. */
  readonly lifetime: Lifetime;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
}
