// An aggregate: its events, its state, its commands.

export type {
  Aggregate,
  AggregateRef,
  Commands,
  EventSource,
  Evolve,
  Foldable,
} from "./aggregate/aggregate.ts";
export { type AggregateDefinition, defineAggregate } from "./aggregate/define-aggregate.ts";
export {
  type EmittedOf,
  type EventData,
  type EventInput,
  type EventOf,
  type EventSchemas,
  eventTypes,
  type PlainEvents,
} from "./aggregate/event-schemas.ts";
export { eventsOf, isRejection, type Outcome, type Rejection, reject } from "./aggregate/outcome.ts";

// Its events, as they are recorded and read.

export { type EventReader, type EventsOf, eventReader } from "./aggregate/event-reader.ts";
export { type Codec, jsonCodec } from "./codec.ts";
export type { SnapshotPolicy } from "./snapshots.ts";
export type { Upcaster, Upcasters } from "./upcasting.ts";

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
