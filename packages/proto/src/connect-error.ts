import { Code, ConnectError } from "@connectrpc/connect";
import {
  DeadlineExceededError,
  EventStoreError,
  InternalError,
  InvalidArgumentError,
  PermissionDeniedError,
  ResourceExhaustedError,
  UnauthenticatedError,
  UnavailableError,
} from "@leftfold/core";
import {
  fromErrorDetail,
  isErrorCode,
  retryDelayMsDefault,
  toErrorDetail,
  toErrorMessage,
} from "./error-detail.ts";
import { errorStatus } from "./error-status.ts";
import { fittingDetail, fittingMessage } from "./fitting-error.ts";
import { ErrorDetailSchema } from "./gen/leftfold/eventstore/v1/error_pb.ts";

/**
 * The error as Connect sends it: its status, and an `ErrorDetail` from which {@link fromConnectError} makes
 * it again.
 *
 * A call that was aborted is `canceled`; what is no error of the store's becomes an internal one, which tells
 * nothing but an id. Connect's own errors pass. The error itself stays behind as `cause`, which is not sent.
 * What is too long for a header is cut: see {@link fittingDetail}.
 */
export function toConnectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  if (isAbort(error))
    return new ConnectError("The call was aborted.", Code.Canceled, undefined, undefined, error);
  const known = EventStoreError.from(error);
  const details = [{ desc: ErrorDetailSchema, value: fittingDetail(toErrorDetail(known)) }];
  const message = fittingMessage(toErrorMessage(known));
  return new ConnectError(message, errorStatus[known.code] as Code, undefined, details, known);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/**
 * The store's error that a call failed with, of the same class and with the same fields as on the server; the
 * Connect error becomes its `cause`. Errors of the store's own pass.
 *
 * An answer without an `ErrorDetail` comes from something between client and store, and is told by its
 * status. A call that was canceled stays a `ConnectError` of `Code.Canceled`: the caller knows its signal's
 * reason, this does not.
 */
export function fromConnectError(error: unknown): unknown {
  if (error instanceof EventStoreError) return error;
  const failure = ConnectError.from(error);
  if (failure.code === Code.Canceled) return failure;
  const detail = failure.findDetails(ErrorDetailSchema).find(({ code }) => isErrorCode(code));
  return detail === undefined
    ? fromCode(failure)
    : fromErrorDetail(detail, failure.rawMessage, { cause: failure });
}

function fromCode(cause: ConnectError): EventStoreError {
  const message = cause.rawMessage;
  switch (cause.code) {
    case Code.Unavailable:
      return new UnavailableError(message, { cause });
    case Code.DeadlineExceeded:
      return new DeadlineExceededError(message, { cause });
    case Code.ResourceExhausted:
      return new ResourceExhaustedError(message, { cause, retryDelayMs: retryDelayMsDefault });
    case Code.Unauthenticated:
      return new UnauthenticatedError(message, { cause });
    case Code.PermissionDenied:
      return new PermissionDeniedError(message, { cause });
    case Code.InvalidArgument:
      return new InvalidArgumentError(
        [{ field: "request", value: "refused", limit: `acceptable to the server: ${message}` }],
        { cause },
      );
    default:
      return new InternalError({ cause, message });
  }
}
