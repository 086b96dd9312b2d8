import type { RecordedEvent } from "./event.ts";
import type { EventQuery } from "./event-query.ts";

/** Which events to follow, and from where. */
export interface SubscribeRequest {
  /** Every event when absent. */
  readonly query?: EventQuery | undefined;
  /**
   * Events after this global nonce, exclusive; 0 or absent for the whole log, `head` for what comes from now
   * on: what was acknowledged before the subscription began is not part of it, whoever appended it.
   */
  readonly after?: bigint | "head" | undefined;
}

export type SubscriptionMessage =
  | { readonly kind: "event"; readonly event: RecordedEvent }
  /**
   * Nothing that matches and was not delivered lies at or before this nonce. Also the heartbeat of an idle
   * log.
   */
  | { readonly kind: "checkpoint"; readonly globalNonce: bigint }
  /**
   * Everything up to this nonce was delivered; what follows is live. Sent again after falling behind. The
   * first one is not below what was acknowledged before the subscription began, whoever appended it.
   */
  | { readonly kind: "caughtUp"; readonly globalNonce: bigint };
