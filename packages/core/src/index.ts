export type {
  AggregateAppend,
  AggregateHead,
  AppendCondition,
  AppendRequest,
  AppendResult,
} from "./append.ts";
export { type ContentHash, feedContent } from "./append-content.ts";
export { abortable, beginCall, type Call, callSignal } from "./call.ts";
export { type AppendDecision, type AppendFacts, decide, type KeyUse } from "./decide.ts";
export {
  type ArgumentViolation,
  ConcurrencyConflictError,
  DeadlineExceededError,
  DuplicateEventIdError,
  EventStoreError,
  type EventStoreErrorCode,
  IdempotencyMismatchError,
  InternalError,
  InvalidArgumentError,
  PermissionDeniedError,
  ResourceExhaustedError,
  UnauthenticatedError,
  UnavailableError,
  type Violation,
} from "./errors.ts";
export type { ProposedEvent, RecordedEvent } from "./event.ts";
export { eventIds, newEventId } from "./event-id.ts";
export { type EventQuery, type EventQueryItem, matches, type QueriedEvent } from "./event-query.ts";
export type { CallOptions, EventStore, EventStoreBackend } from "./event-store.ts";
export {
  any,
  describeExpected,
  type ExpectedNonce,
  exact,
  holds,
  noStream,
  pinnedNonce,
  streamExists,
} from "./expected-nonce.ts";
export { type FollowedLog, type FollowedPage, type FollowMessage, follow } from "./follow.ts";
export { leavable } from "./leavable.ts";
export { Lifetime } from "./lifetime.ts";
// What a backend is made of.
export { defaultLimits, type Limits, nonceMax, uint32Max } from "./limits.ts";
export { LogWaiters } from "./log-waiters.ts";
export type { Direction, ReadAllRequest, ReadStreamRequest } from "./reading.ts";
export { type Recording, record } from "./record.ts";
export type { SubscribeRequest, SubscriptionMessage } from "./subscribing.ts";
export { type ValidAppend, validateAppend } from "./validate-append.ts";
export {
  validateCallOptions,
  validateReadAll,
  validateReadStream,
  validateSubscribe,
  validateTenantId,
} from "./validate-query.ts";
