import type { EventStoreErrorCode } from "@leftfold/core";

/** The gRPC status code of each of the store's errors. Connect's codes have the same numbers. */
export const errorStatus: Readonly<Record<EventStoreErrorCode, number>> = Object.freeze({
  "concurrency-conflict": 10, // aborted
  "idempotency-mismatch": 6, // already_exists
  "duplicate-event-id": 6, // already_exists
  "invalid-argument": 3,
  unauthenticated: 16,
  "permission-denied": 7,
  "resource-exhausted": 8,
  unavailable: 14,
  "deadline-exceeded": 4,
  internal: 13,
});
