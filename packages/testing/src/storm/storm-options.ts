import type { EventStoreBackend } from "@leftfold/core";

export interface StormOptions {
  /** One or more backends on the same logs; writers and readers are spread over them. */
  readonly backends: readonly EventStoreBackend[];
  /**
   * What every draw is made from; a fresh one when absent. The report and the error of a violation tell it.
   */
  readonly seed?: number | undefined;
  /** Writers that append at once; 64 when absent. */
  readonly writers?: number | undefined;
  /** Events that have to be acknowledged in all; 20,000 when absent. */
  readonly events?: number | undefined;
  /**
   * Writers go on until this resolves, however few events there are by then, and `events` is the most that
   * they write; they stop at `events` alone when absent.
   */
  readonly until?: Promise<unknown> | undefined;
  /** Is told after each acknowledgement how many events have been acknowledged in all. */
  readonly onAcknowledged?: ((events: number) => void) | undefined;
  /** Bytes that every payload is filled up to; left short when absent. */
  readonly payloadBytes?: number | undefined;
  /** Aggregates that the writers share; 500 when absent. */
  readonly aggregates?: number | undefined;
  /** Every third starts at once, every third in the middle, every third is cut and resumed; 3 when absent. */
  readonly subscribers?: number | undefined;
  /** Further subscribers, which dawdle over every event as long as there are writers; none when absent. */
  readonly slowSubscribers?: number | undefined;
  /** The tenant whose log is written, which must be empty; a fresh one when absent. */
  readonly tenantId?: string | undefined;
  /** After how long without any progress of a reader or a writer the storm fails; 30,000 when absent. */
  readonly stalledMs?: number | undefined;
  /** Ends the storm, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a storm did, all of it found to be right. */
export interface StormReport {
  readonly seed: number;
  readonly tenantId: string;
  /** The log's head: the events acknowledged, and those recorded of appends whose outcome stayed unknown. */
  readonly head: bigint;
  /** Events that were acknowledged. */
  readonly events: number;
  /** Appends that were acknowledged. */
  readonly appends: number;
  /** Appends that were rejected with a conflict. */
  readonly conflicts: number;
  /** Appends that were rejected for an event id that the tenant had. */
  readonly duplicates: number;
  /** Answers that came from an idempotency key. */
  readonly replays: number;
  /** Appends that were sent once more after their answer, to see that the first result comes back. */
  readonly repeated: number;
  /** Looks at the end of the log or of a stream while it was written. */
  readonly glimpses: number;
  /** Repetitions after an error that is retryable, by writers and readers. */
  readonly retries: number;
  /** Appends without a key whose outcome stayed unknown. */
  readonly unknown: number;
  /** Subscriptions that were cut and resumed. */
  readonly resumptions: number;
  /** Events that the slow subscribers had not read when writing ended, all together. */
  readonly behind: number;
  /** Pages that the paging reader read. */
  readonly pages: number;
}
