// An aggregate: its events, its state, its commands.

export type {
  Aggregate,
  AggregateRef,
  AnyAggregateRef,
  AnyEventSource,
  AnyFoldable,
  Commands,
  EventSource,
  Evolve,
  Foldable,
} from "./aggregate/aggregate.ts";
export { type AggregateDefinition, defineAggregate } from "./aggregate/define-aggregate.ts";
export type { CommandsMaker, EventMaker, GivenCommands } from "./aggregate/given-commands.ts";
export {
  type EmittedOf,
  type EventData,
  type EventInput,
  type EventOf,
  type EventSchemas,
  eventTypes,
  type PlainEvents,
} from "./aggregate/event-schemas.ts";
export type { HandleOf, StateOf } from "./aggregate/type-of.ts";
export { eventsOf, isRejection, type Outcome, type Rejection, reject } from "./aggregate/outcome.ts";

// Aggregates in a store, and commands to one or several of them.

export type { HistoryEntry } from "./aggregate/history.ts";
export { type BoundCommands, type Repository, type RepositoryOf, repository } from "./command/repository.ts";
export type { AggregateEvents, AppendedAt, EventsOfRefs } from "./command/aggregate-events.ts";
export type { AggregateCommandResult } from "./command/execute-on.ts";
export {
  type Command,
  type CommandDefinition,
  type CommandOutcome,
  defineCommand,
} from "./command/define-command.ts";
export { type Executable, execute, type Preparation } from "./command/execute.ts";
export type { AggregateRefs, OfRefs } from "./command/aggregate-refs.ts";
export {
  type AggregateEmitter,
  type AggregateHandle,
  type Emission,
  type EmissionOptions,
  emitterOf,
  handleOf,
} from "./aggregate/handle.ts";
export type {
  CommandAttempt,
  CommandHooks,
  CommandOptions,
  CommandRetry,
} from "./command/command-options.ts";
export type { CommandResult, Plan, Planner } from "./command/run-command.ts";
export { defaultRetryPolicy, type RetryClock, type RetryPolicy } from "./retry.ts";
export { currentContext, type OperationContext, withContext } from "./context.ts";

// A decision that no aggregate owns.

export {
  type Decision,
  type DecisionDefinition,
  type DecisionEvolve,
  defineDecision,
} from "./decision/define-decision.ts";
export { boundaryQuery } from "./decision/boundary.ts";

// Aggregates with methods and `this`.

export { AggregateRoot, type AggregateRootBase, type RootOrigin } from "./aggregate/aggregate-root.ts";
export {
  type AggregateRootClass,
  type RootRepository,
  rootRepository,
} from "./command/root-repository.ts";

// Events, as they are recorded and read.

export {
  type EventRange,
  type EventReader,
  type EventsOf,
  eventReader,
  type ReadEvent,
} from "./aggregate/event-reader.ts";
export type { ReadableEvent } from "./aggregate/event-decoding.ts";
export { type Codec, jsonCodec } from "./codec.ts";
export { type ProtobufRuntime, protobufCodec } from "./protobuf-codec.ts";
export type { Loaded, SnapshotPolicy } from "./snapshots.ts";
export type { Upcaster, Upcasters } from "./upcasting.ts";

// Projections: read models folded from events.

export {
  defineProjection,
  type DocumentHandlers,
  type ProjectionDefinition,
} from "./projection/define-projection.ts";
export {
  defineDocumentsProjection,
  type DocumentsProjectionDefinition,
  type EventDocuments,
} from "./projection/define-documents-projection.ts";
export {
  type BatchProjectionDefinition,
  defineBatchProjection,
} from "./projection/define-batch-projection.ts";
export type { BatchDocuments, Projection } from "./projection/projection.ts";
export type { EventEnvelope, ProjectedEvent } from "./projection/projected-event.ts";
export { type RunOptions, runProjection } from "./projection/run-projection.ts";
export type { Runner, RunnerStatus } from "./projection/runner.ts";
export type { ConsumerState } from "./projection/progress.ts";
export type { ErrorOptions } from "./projection/error-policy.ts";
export type { PartitionOptions } from "./projection/partition-shares.ts";
export {
  type DocumentPage,
  type DocumentQuery,
  type Documents,
  type ReadModels,
  readModels,
  type VersionChoice,
} from "./projection/read-models.ts";
export type { DocumentsOf } from "./projection/stored-document.ts";
export type { OrderBy, Where } from "./projection/where.ts";
export { foldProjection } from "./projection/fold-projection.ts";
export type { ParkedEvent } from "./projection/parked-events.ts";
export {
  parkedEvents,
  type Replayable,
  type ReplayResult,
  replayParked,
} from "./projection/replay-parked.ts";
export { dropReadModel } from "./projection/switch-over.ts";

// Processes: what happens in reaction to events.

export {
  defineProcess,
  type FiredTimer,
  type Process,
  type ProcessDefinition,
  type RejectedCommand,
} from "./process/define-process.ts";
export type {
  EffectCall,
  ProcessActions,
  Requested,
  RequestedCommands,
  TimerSetting,
} from "./process/process-actions.ts";
export { type FoldedProcess, foldProcess, requestedBy } from "./process/fold-process.ts";
export type { PendingTimer, ProcessDocument } from "./process/process-document.ts";
export { type ProcessOptions, runProcess } from "./process/run-process.ts";

// Telling other systems: CloudEvents, a bus within the process, and forwarding to others.

export type { CloudEvent } from "./bus/cloud-event.ts";
export { cloudEventFromHeaders, cloudEventToHeaders, type HeaderBinding } from "./bus/cloud-event-headers.ts";
export { cloudEventFromJson, cloudEventJsonType, cloudEventToJson } from "./bus/cloud-event-json.ts";
export { type CloudEventOptions, cloudEventOf } from "./bus/cloud-event-of.ts";
export type {
  BusSubscription,
  BusSubscriptionStatus,
  EventBus,
  EventHandler,
  EventInterest,
  EventSink,
  HandlerFailure,
} from "./bus/event-bus.ts";
export { type Forwarder, forwarder } from "./bus/forwarder.ts";
export {
  defaultForwarderRetry,
  type ForwarderOptions,
  type ForwarderState,
  type ForwarderStatus,
} from "./bus/forwarder-options.ts";
export { type InProcessBusOptions, inProcessBus } from "./bus/in-process-bus.ts";
export { recordedEventOf } from "./bus/recorded-event-of.ts";

// What can go wrong.

export {
  CommandRejectedError,
  type EventDataIssue,
  type EventPlace,
  EventSourcingError,
  type EventSourcingErrorCode,
  InvalidDefinitionError,
  InvalidEventDataError,
  type UnreadableEventCode,
  UnreadableEventError,
} from "./errors.ts";
export {
  EventProcessingError,
  PartitionCountError,
  SupersededError,
  TooManyParkedError,
} from "./projection/projection-errors.ts";
