import {
  ConcurrencyConflictError,
  DeadlineExceededError,
  DuplicateEventIdError,
  type EventStoreError,
  type EventStoreErrorCode,
  IdempotencyMismatchError,
  InternalError,
  InvalidArgumentError,
  PermissionDeniedError,
  ResourceExhaustedError,
  UnauthenticatedError,
  UnavailableError,
  uint32Max,
} from "@leftfold/core";
import { violationFromWire, violationToWire } from "./convert-violation.ts";
import { errorStatus } from "./error-status.ts";
import type { ErrorDetail } from "./gen/leftfold/eventstore/v1/error_pb.ts";

/** How long to wait when a full queue did not say. */
export const retryDelayMsDefault = 100;

/**
 * What an error carries, for programs. Of an internal error that is its id alone: never a stack, SQL or a
 * payload.
 */
export function toErrorDetail(error: EventStoreError): ErrorDetail {
  return {
    $typeName: "leftfold.eventstore.v1.ErrorDetail",
    code: error.code,
    detail: carriedBy(error),
    omitted: 0,
  };
}

/**
 * What an error says, for people. Of an internal error that is where to look: its own message may tell too
 * much.
 */
export function toErrorMessage(error: EventStoreError): string {
  return error instanceof InternalError
    ? new InternalError({ errorId: error.errorId }).message
    : error.message;
}

/** The classes of the store's errors, told apart by their code. */
type CodedError =
  | ConcurrencyConflictError
  | IdempotencyMismatchError
  | DuplicateEventIdError
  | InvalidArgumentError
  | UnauthenticatedError
  | PermissionDeniedError
  | ResourceExhaustedError
  | UnavailableError
  | DeadlineExceededError
  | InternalError;

function carriedBy(anyError: EventStoreError): ErrorDetail["detail"] {
  const error = anyError as CodedError;
  switch (error.code) {
    case "concurrency-conflict":
      return {
        case: "concurrencyConflict",
        value: {
          $typeName: "leftfold.eventstore.v1.ConcurrencyConflict",
          violations: error.violations.map(violationToWire),
        },
      };
    case "idempotency-mismatch":
      return {
        case: "idempotencyMismatch",
        value: {
          $typeName: "leftfold.eventstore.v1.IdempotencyMismatch",
          idempotencyKey: error.idempotencyKey,
        },
      };
    case "duplicate-event-id":
      return {
        case: "duplicateEventId",
        value: { $typeName: "leftfold.eventstore.v1.DuplicateEventId", eventIds: [...error.eventIds] },
      };
    case "invalid-argument":
      return {
        case: "invalidArgument",
        value: {
          $typeName: "leftfold.eventstore.v1.InvalidArgument",
          violations: error.violations.map(({ field, value, limit }) => ({
            $typeName: "leftfold.eventstore.v1.ArgumentViolation",
            field,
            value,
            limit,
          })),
        },
      };
    case "resource-exhausted":
      return {
        case: "resourceExhausted",
        value: {
          $typeName: "leftfold.eventstore.v1.ResourceExhausted",
          retryDelayMs: wholeMs(error.retryDelayMs),
        },
      };
    case "internal":
      return {
        case: "internal",
        value: { $typeName: "leftfold.eventstore.v1.Internal", errorId: error.errorId },
      };
    case "unauthenticated":
    case "permission-denied":
    case "unavailable":
    case "deadline-exceeded":
      return { case: undefined };
  }
}

/** Rounded up, so that nobody comes back early; held within what the wire's `uint32` takes. */
function wholeMs(delayMs: number): number {
  return delayMs > 0 ? Math.min(Math.ceil(delayMs), uint32Max) : 0;
}

/**
 * The error that {@link toErrorDetail} described: the same class with the same fields.
 *
 * What a detail does not carry gets a default: empty lists and texts, and a retry delay of 100 ms. A code
 * that is not known here, of a newer server, gives an internal error with the message.
 */
export function fromErrorDetail(
  detail: ErrorDetail,
  message: string,
  options: ErrorOptions = {},
): EventStoreError {
  const carried = detail.detail;
  const code = isErrorCode(detail.code) ? detail.code : "internal";
  switch (code) {
    case "concurrency-conflict": {
      const violations = carried.case === "concurrencyConflict" ? carried.value.violations : [];
      return new ConcurrencyConflictError(violations.flatMap(violationFromWire), options);
    }
    case "idempotency-mismatch": {
      const key = carried.case === "idempotencyMismatch" ? carried.value.idempotencyKey : "";
      return new IdempotencyMismatchError(key, options);
    }
    case "duplicate-event-id":
      return new DuplicateEventIdError(
        carried.case === "duplicateEventId" ? carried.value.eventIds : [],
        options,
      );
    case "invalid-argument": {
      const violations = carried.case === "invalidArgument" ? carried.value.violations : [];
      return new InvalidArgumentError(
        violations.map(({ field, value, limit }) => ({ field, value, limit })),
        options,
      );
    }
    case "unauthenticated":
      return new UnauthenticatedError(message, options);
    case "permission-denied":
      return new PermissionDeniedError(message, options);
    case "resource-exhausted": {
      const given = carried.case === "resourceExhausted" ? carried.value.retryDelayMs : retryDelayMsDefault;
      return new ResourceExhaustedError(message, { ...options, retryDelayMs: given });
    }
    case "unavailable":
      return new UnavailableError(message, options);
    case "deadline-exceeded":
      return new DeadlineExceededError(message, options);
    case "internal":
      return carried.case === "internal"
        ? new InternalError({ ...options, errorId: carried.value.errorId, message })
        : new InternalError({ ...options, message });
  }
}

/** Whether a code is one of the store's that this version knows. */
export function isErrorCode(code: string): code is EventStoreErrorCode {
  return Object.hasOwn(errorStatus, code);
}
