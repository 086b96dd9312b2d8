import type { EventStoreError, SnapshotStore } from "@leftfold/core";
import type { RetryClock, RetryPolicy } from "../retry.ts";

/** How a command is run. */
export interface CommandOptions {
  /**
   * Names the command within the tenant: repeating it under the same key changes nothing, whatever it would
   * decide by now. A reaction derives it from the event that it reacts to.
   */
  readonly idempotencyKey?: string | undefined;
  /** Ends the command when aborted, with the signal's reason. What was appended by then stays. */
  readonly signal?: AbortSignal;
  /** Bounds each call of the store; no bound when absent. */
  readonly timeoutMs?: number;
  /** What differs from the default policy. */
  readonly retry?: Partial<RetryPolicy>;
  /** Where snapshots are kept of aggregates whose definition asks for them; none are when absent. */
  readonly snapshots?: SnapshotStore;
  readonly hooks?: CommandHooks;
  /** The system's when absent. */
  readonly clock?: RetryClock;
}

/** Told what a command goes through. What the first two throw fails the command. */
export interface CommandHooks {
  /** Before each attempt. */
  readonly onAttempt?: (attempt: CommandAttempt) => void;
  /** After an attempt that failed, before the wait for the next one. */
  readonly onRetry?: (retry: CommandRetry) => void;
  /** A snapshot could not be loaded or kept. The command goes on without, whatever this throws. */
  readonly onSnapshotError?: (error: unknown) => void;
}

export interface CommandAttempt {
  /** The command's name, such as `Account.withdraw`. */
  readonly command: string;
  /** From 1. */
  readonly attempt: number;
  /** The same for all attempts. */
  readonly correlationId: string;
}

export interface CommandRetry extends CommandAttempt {
  readonly error: EventStoreError;
  readonly delayMs: number;
}
