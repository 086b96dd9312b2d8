import { Code, ConnectError } from "@connectrpc/connect";
import { DeadlineExceededError, EventStoreError, InternalError, UnavailableError } from "@leftfold/core";

/** Where the server writes what its operator must know. A `pino` logger is one. */
export interface ServerLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Says what a call failed with, as one of the store's errors, and logs what nobody but the operator may see.
 */
export type ErrorReport = (error: unknown, signal: AbortSignal) => EventStoreError;

/**
 * An internal error is told by its id alone; here is where its cause goes, under that id. A call that ended
 * because its signal was aborted is no fault: it failed with the deadline, or nobody is left to tell.
 */
export function errorReport(log: ServerLog): ErrorReport {
  return (error, signal) => {
    if (signal.aborted && !(error instanceof EventStoreError)) return abortedBy(signal.reason);
    const known = EventStoreError.from(error);
    if (known instanceof InternalError) {
      log.error({ errorId: known.errorId, err: known.cause ?? known }, "a call failed inside the store");
    }
    return known;
  };
}

/** What a call fails with whose signal was aborted for this reason. */
function abortedBy(reason: unknown): EventStoreError {
  if (reason instanceof EventStoreError) return reason;
  if (reason instanceof ConnectError && reason.code === Code.DeadlineExceeded) return deadlineExceeded();
  return new UnavailableError("The call was given up by its client.", { cause: reason });
}

export function deadlineExceeded(): DeadlineExceededError {
  return new DeadlineExceededError(
    "The call's deadline passed. Whether an append was recorded is unknown: repeat it under its key.",
  );
}
