import type { EventQuery, EventStore, ReadModelStore, RecordedEvent } from "@leftfold/core";
import type { RetryClock, RetryPolicy } from "../retry.ts";
import type { CloudEvent } from "./cloud-event.ts";
import type { EventSink } from "./event-bus.ts";

export interface ForwarderOptions {
  /**
   * What the checkpoint is kept under: forwarders of one name take turns, those of different names know
   * nothing of each other.
   */
  readonly name: string;
  /** Where the events are. */
  readonly store: EventStore;
  /**
   * Where the checkpoint is kept: that of a read model `forwarder:` and the name, which has no documents to
   * speak of.
   */
  readonly readModels: ReadModelStore;
  /** Where the events go. */
  readonly sink: EventSink;
  /** Which events are forwarded; all of them when absent. */
  readonly query?: EventQuery;
  /**
   * Where to begin when there is no checkpoint yet; `start` when absent. `head`: only what comes from the
   * first run on.
   */
  readonly from?: "start" | "head";
  /**
   * What others are told of an event; nothing at all when undefined is returned. `cloudEventOf` when absent.
   */
  readonly envelope?: (event: RecordedEvent) => CloudEvent | undefined;
  /** Events in a batch at most; 500 when absent. As many wait in memory. */
  readonly batchEventsMax?: number;
  /** Bytes of payload after which a batch takes no further event; 4 MiB when absent. */
  readonly batchBytesMax?: number;
  /** How long the sink may take for a batch; 30,000 when absent. Then it is tried again. */
  readonly publishTimeoutMs?: number;
  /** How failures are tried again: what differs from `defaultForwarderRetry`. */
  readonly retry?: Partial<RetryPolicy>;
  /** How often a forwarder that stands by looks whether the other one still moves; 10,000 when absent. */
  readonly standbyMs?: number;
  /** How long closing waits for the batch that is on its way; 5,000 when absent. */
  readonly closeTimeoutMs?: number;
  /** Waiting and chance; the system's when absent. */
  readonly clock?: RetryClock;
}

/**
 * 100 attempts in a row; waits of up to 100, 200, 400 ms, … 30 s, 23 minutes on average when every attempt
 * fails.
 */
export const defaultForwarderRetry: RetryPolicy = Object.freeze({
  attemptsMax: 100,
  baseDelayMs: 100,
  delayMaxMs: 30_000,
});

export type ForwarderState =
  /** Finding out where to begin. */
  | "starting"
  /** Forwarding what was recorded before. */
  | "catching-up"
  /** Forwarding events as they are recorded. */
  | "live"
  /** Waiting before a further attempt. */
  | "retrying"
  /** Another forwarder of the same name is at work. */
  | "standing-by"
  /** Closed. */
  | "stopped"
  /** Given up; `lastError` and `done` say why. */
  | "failed";

export interface ForwarderStatus {
  readonly state: ForwarderState;
  /** Everything up to here is with the sink. */
  readonly checkpoint: bigint;
  /** Events that this forwarder has handed to the sink, repetitions included. */
  readonly forwarded: number;
  /** Attempts that failed since the last one that did not. */
  readonly failures: number;
  /** What failed last, also when it went well afterwards. */
  readonly lastError: unknown;
}
