import type { Limits } from "@leftfold/core";
import type { AppendOptions } from "./append/append-options.ts";
import type { Clock } from "./retry/clock.ts";
import type { RetryPolicy } from "./retry/retry-policy.ts";
import type { EventStoreCalls } from "./wire/event-store-calls.ts";

/** What a backend and its stores work with. */
export interface RemoteSetting {
  readonly calls: EventStoreCalls;
  readonly closeTransport: () => void;
  readonly retry: RetryPolicy;
  readonly append: AppendOptions;
  readonly clock: Clock;
  readonly idleTimeoutMs: number;
  readonly limits: Limits;
}
