import { EventStoreError, InternalError, ResourceExhaustedError, UnavailableError } from "@leftfold/core";
import postgres from "postgres";

/** What postgres.js says when a connection could not be had or was lost. */
const connectionCodes = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** SQLSTATEs, or their classes, under which the same statement can succeed later. */
const unavailable = /^(08|57P|25006|40|55P03)/;
const exhausted = /^53/;

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

/** Whether the database refused the statement for what is in it. Nothing of it took effect. */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof postgres.PostgresError && !unavailable.test(error.code) && !exhausted.test(error.code)
  );
}

/** Whether something was sent that the other side does not take, such as a setting that a pooler does not pass on. */
export function isProtocolViolation(error: unknown): boolean {
  return codeOf(error) === "08P01";
}

/** Whether two transactions got in each other's way: as good as a failed fence. */
export function isSerializationFailure(error: unknown): boolean {
  return /^(40|55P03)/.test(codeOf(error) ?? "");
}

/** Whether the connection is gone, or is about to be: PostgreSQL closes it after a fatal error. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof postgres.PostgresError)
    return error.severity === "FATAL" || error.severity === "PANIC";
  return connectionCodes.has(codeOf(error) ?? "");
}

/** Whether a connection that there was broke. When none could be had there is nothing that broke. */
export function isConnectionBroken(error: unknown): boolean {
  return (
    isConnectionLost(error) &&
    !/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/.test(codeOf(error)!)
  );
}

/** Whether the connections were closed from this side: no later attempt can succeed. */
export function isEnded(error: unknown): boolean {
  return codeOf(error) === "CONNECTION_ENDED";
}

/** The store's error for whatever a query failed with. */
export function storeError(error: unknown): EventStoreError {
  if (error instanceof EventStoreError) return error;
  const code = codeOf(error);
  if (code !== undefined && (connectionCodes.has(code) || unavailable.test(code))) {
    return new UnavailableError(`PostgreSQL cannot be used right now (${code}). Try again.`, {
      cause: error,
    });
  }
  if (code !== undefined && exhausted.test(code)) {
    const message = `PostgreSQL is out of a resource (${code}). Try again later.`;
    return new ResourceExhaustedError(message, { cause: error, retryDelayMs: 1000 });
  }
  return new InternalError({ cause: error });
}
