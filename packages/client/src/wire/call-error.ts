import { Code, ConnectError } from "@connectrpc/connect";
import { EventStoreError, InternalError, UnavailableError } from "@leftfold/core";
import { fromConnectError } from "@leftfold/proto";

/**
 * The reason that this client's own cancellations have, whatever led to them; the transport sends it as a
 * cancellation.
 */
export const cancelled: ConnectError = new ConnectError(
  "The client no longer waits for this call.",
  Code.Canceled,
);

/**
 * What a failed call means. What the store answered comes back as it was thrown there. A failure without
 * such an answer happened on the way: the outcome is unknown, and the call can be repeated.
 */
export function callError(reason: unknown): EventStoreError {
  if (reason instanceof EventStoreError) return reason;
  const failure = ConnectError.from(reason);
  const error = fromConnectError(failure);
  if (error instanceof EventStoreError && (failure.details.length > 0 || saysEnough(failure.code)))
    return error;
  if (failure.code === Code.Unimplemented) {
    const { rawMessage } = failure;
    const message = `What answers at the base URL is no Leftfold server, or an older one: ${rawMessage}`;
    return new InternalError({ message, cause: failure });
  }
  return new UnavailableError(`The connection to the server failed: ${failure.rawMessage}.`, {
    cause: failure,
  });
}

/**
 * The statuses whose meaning does not depend on who answered. The others also stand for broken connections.
 */
function saysEnough(code: Code): boolean {
  switch (code) {
    case Code.DeadlineExceeded:
    case Code.ResourceExhausted:
    case Code.Unauthenticated:
    case Code.PermissionDenied:
      return true;
    default:
      return false;
  }
}
