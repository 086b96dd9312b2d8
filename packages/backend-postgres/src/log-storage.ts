import type { BatchCommit } from "./commit-batch.ts";
import type { KnownHead, LoadedFacts, WantedFacts } from "./load-facts.ts";

/** One tenant's log, as it is reached through some connection. */
export interface LogAccess {
  /** All of what is wanted, at least as new as the head that comes with it. */
  loadFacts(wanted: WantedFacts): Promise<LoadedFacts>;
  /** Where the log ends. Makes the tenant's row when there is none, so that there is something to fence with. */
  readHead(): Promise<KnownHead>;
  /** Writes a batch, unless the log is not as the batch was decided on any more: then false, and nothing is written. */
  commit(commit: BatchCommit): Promise<boolean>;
}

/** What a sequencer keeps its log in. */
export interface LogStorage {
  /** Where commits go: one connection, on which statements run in the order in which they are sent. */
  readonly lane: LogAccess;
  /** Where everything else goes. */
  readonly pool: LogAccess;
  /**
   * Works on the log while nobody else appends: in a transaction that holds the tenant's row lock, and commits in the end.
   *
   * @param work gets where the log ends. What it commits is durable once all of this has succeeded.
   */
  locked<T>(work: (log: LogAccess, head: KnownHead) => Promise<T>): Promise<T>;
}
