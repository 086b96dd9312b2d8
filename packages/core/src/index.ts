// The store: what it can be asked, and what it answers.

export type { CallOptions, EventStore, EventStoreBackend } from "./event-store.ts";

// Appending.

export type {
  AggregateAppend,
  AggregateHead,
  AppendCondition,
  AppendRequest,
  AppendResult,
} from "./append.ts";
export type { ProposedEvent, RecordedEvent } from "./event.ts";
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

// Reading and following.

export { type EventQuery, type EventQueryItem, matches, type QueriedEvent } from "./event-query.ts";
export type { Direction, ReadAllRequest, ReadStreamRequest } from "./reading.ts";
export type { SubscribeRequest, SubscriptionMessage } from "./subscribing.ts";

// What consumers keep: read models, snapshots, and who does what.

export { CheckpointConflictError } from "./checkpoint-conflict.ts";
export type { Lease, LeaseStore } from "./lease-store.ts";
export type {
  CheckpointId,
  DocumentWrite,
  JsonObject,
  JsonValue,
  KeyedDocument,
  ReadModel,
  ReadModelCommit,
  ReadModelFilter,
  ReadModelId,
  ReadModelOrder,
  ReadModelPage,
  ReadModelQuery,
  ReadModelStore,
} from "./read-model-store.ts";
export type { Snapshot, SnapshotId, SnapshotStore } from "./snapshot-store.ts";

// What can go wrong, and within which bounds it does not.

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
export { type ReadModelLimits, readModelLimits } from "./read-model-limits.ts";
export {
  defaultLimits,
  leaseDurationMsMax,
  type Limits,
  nonceMax,
  snapshotBytesMax,
  uint32Max,
} from "./limits.ts";

// What a backend is made of: the request is checked, the append decided and recorded.

export { type ContentHash, feedContent } from "./append-content.ts";
export { type AppendDecision, type AppendFacts, decide, type KeyUse } from "./decide.ts";
export { eventIds, newEventId } from "./event-id.ts";
export { type Recording, record } from "./record.ts";
export { SharedBytes } from "./shared-bytes.ts";
export { type ValidAppend, validateAppend } from "./validate-append.ts";
export { validateHeldLease, validateLeasePrefix, validateLeaseRequest } from "./validate-lease.ts";
export {
  validateCallOptions,
  validateReadAll,
  validateReadStream,
  validateSubscribe,
  validateTenantId,
} from "./validate-query.ts";
export { validateSnapshot, validateSnapshotAggregate, validateSnapshotId } from "./validate-snapshot.ts";

// What a read-model store is made of: what a query means, and where its pages begin and end.

export { matchesFilter } from "./matches-filter.ts";
export { firstCharacters, type OrderedValue } from "./ordered-value.ts";
export {
  comparePlaces,
  type OrderedPlace,
  orderedPlace,
  type PathOrder,
  type QueryOrder,
  queryOrder,
  reversedOrder,
} from "./query-order.ts";
export { cursorOf, type Gap } from "./read-model-cursor.ts";
export {
  validateCheckpointId,
  validateDocumentKeys,
  validateReadModel,
  validateReadModelId,
  validateReadModelName,
} from "./validate-read-model.ts";
export {
  type ModelWrites,
  type ValidReadModelCommit,
  validateReadModelCommit,
} from "./validate-read-model-commit.ts";
export {
  type ValidReadModelQuery,
  validateReadModelCount,
  validateReadModelQuery,
} from "./validate-read-model-query.ts";

// What a backend is made of: names sort alike everywhere.

export { compareText } from "./compare-text.ts";

// What a backend is made of: calls wait, are followed, and end.

export { abortable, beginCall, type Call, runCall } from "./call.ts";
export { type FollowedLog, type FollowedPage, type FollowMessage, follow } from "./follow.ts";
export { leavable } from "./leavable.ts";
export { Lifetime } from "./lifetime.ts";
export { LogWaiters } from "./log-waiters.ts";
