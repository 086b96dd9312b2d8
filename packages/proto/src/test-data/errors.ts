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
  type Violation,
} from "@leftfold/core";
import { arbitraryExpectedNonce, arbitraryName } from "@leftfold/testing";
import fc from "fast-check";

const name = arbitraryName();
/** Texts go through headers of several protocols: also with line breaks, and beyond ASCII. */
const text = fc.string({ unit: "binary", minLength: 1, maxLength: 60 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const uint32 = fc.nat({ max: 2 ** 32 - 1 });

const violation: fc.Arbitrary<Violation> = fc.oneof(
  fc.record({
    kind: fc.constant("expectation" as const),
    aggregateType: name,
    aggregateId: name,
    expected: arbitraryExpectedNonce(),
    actual: uint64,
  }),
  fc.record({ kind: fc.constant("condition" as const), index: uint32, globalNonce: uint64 }),
);

/** Errors of every class, with everything that they can carry. */
export const arbitraryErrors: Readonly<Record<EventStoreErrorCode, fc.Arbitrary<EventStoreError>>> = {
  "concurrency-conflict": fc
    .array(violation, { maxLength: 4 })
    .map((violations) => new ConcurrencyConflictError(violations)),
  "idempotency-mismatch": name.map((key) => new IdempotencyMismatchError(key)),
  "duplicate-event-id": fc
    .array(fc.uuid(), { maxLength: 3 })
    .map((eventIds) => new DuplicateEventIdError(eventIds)),
  "invalid-argument": fc
    .array(fc.record({ field: text, value: text, limit: text }), { maxLength: 3 })
    .map((violations) => new InvalidArgumentError(violations)),
  unauthenticated: text.map((message) => new UnauthenticatedError(message)),
  "permission-denied": text.map((message) => new PermissionDeniedError(message)),
  "resource-exhausted": fc
    .tuple(text, uint32)
    .map(([message, retryDelayMs]) => new ResourceExhaustedError(message, { retryDelayMs })),
  unavailable: text.map((message) => new UnavailableError(message)),
  "deadline-exceeded": text.map((message) => new DeadlineExceededError(message)),
  internal: fc.uuid().map((errorId) => new InternalError({ errorId })),
};

/** What makes two errors the same: class, message and fields. */
export function essence(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { cause, stack, message, ...fields } = error;
  return { ...fields, class: error.constructor, message };
}
