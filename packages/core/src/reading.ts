import type { EventQuery } from "./event-query.ts";

export type Direction = "forwards" | "backwards";

/** Which of one aggregate's events to read, and in which order. */
export interface ReadStreamRequest {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** `forwards` when absent. */
  readonly direction?: Direction | undefined;
  /** The first aggregate nonce to read, inclusive, 1 or more; the start of the direction when absent. */
  readonly from?: bigint | undefined;
  /** At most so many events, 1 or more; no bound when absent. */
  readonly maxCount?: number | undefined;
}

/** Which of the tenant's events to read, and in which order. */
export interface ReadAllRequest {
  /** Every event when absent. */
  readonly query?: EventQuery | undefined;
  /** `forwards` when absent. */
  readonly direction?: Direction | undefined;
  /** The first global nonce to read, inclusive, 1 or more; the start of the direction when absent. */
  readonly from?: bigint | undefined;
  /** The last global nonce to read, inclusive, 1 or more; the end of the direction when absent. */
  readonly to?: bigint | undefined;
  /** At most so many events, 1 or more; no bound when absent. */
  readonly maxCount?: number | undefined;
}
