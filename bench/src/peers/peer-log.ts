import type { CpuAccount } from "../harness/cpu-time.ts";
import type { Movement } from "../workload/account.ts";

/** Any of the stores compared, in the words that they have in common. */
export interface PeerLog extends AsyncDisposable {
  /**
   * Appends events to a stream and resolves when they are durable.
   *
   * @param expected how many events the stream has, 0 for none; whatever it has when absent. A store that
   * knows no "whatever it has" is asked again after each conflict, without a bound, as some writer always
   * wins; {@link conflicts} counts how often.
   */
  append(stream: string, movements: readonly Movement[], expected?: number): Promise<unknown>;
  /**
   * Appends one event unless one with this tag is there; absent where the store has no conditions across
   * streams.
   */
  readonly appendUnlessTagged?: (stream: string, movement: Movement, tag: string) => Promise<unknown>;
  /** Reads a stream from its first event to its last, decoded; resolves with how many there were. */
  readStream(stream: string): Promise<number>;
  /**
   * Brings a consumer that has seen nothing to the end of the log, in the store's own way.
   *
   * @param pulling for Emmett's consumer; its defaults when absent.
   */
  catchUp(seen: (event: SeenEvent) => void, pulling?: Pulling): Promise<void>;
  /** Follows the log from its first event on in the store's own way, until it is aborted. */
  follow(seen: (event: SeenEvent) => void, signal: AbortSignal): Promise<void>;
  /** The whole log from a read at rest, in the store's own order. */
  readAll(): Promise<SeenEvent[]>;
  /** How many appends met a conflict and were tried again. */
  readonly conflicts: () => number;
  /** Processes whose CPU time counts, beside this one and PostgreSQL. */
  readonly accounts: readonly CpuAccount[];
}

/** An event as a reader got it. */
export interface SeenEvent {
  /** Where the store says that it is in the log. */
  readonly position: string;
  readonly stream: string;
  /** What its writer wrote into it. */
  readonly note: string;
}

/** How Emmett's consumer pulls; each its own default (100 events, 50 ms) where absent. */
export interface Pulling {
  readonly batchSize?: number;
  readonly pullingFrequencyInMs?: number;
}

/** Where a peer has its tables. */
export interface PeerPlace {
  readonly url: string;
  readonly schema: string;
  /** How many connections its pool has, where it has one. */
  readonly connections: number;
}

export type PeerName = (typeof peerNames)[number];

export const peerNames = ["in process", "through the server", "Emmett", "act", "message-db"] as const;

/** The category, or the type, of every stream: what comes before the first dash of its name. */
export const category = "account";

export const moved = "MoneyDeposited";

/** How long a reader that polls waits when there was nothing to read; Emmett's default. */
export const pollMs = 50;
