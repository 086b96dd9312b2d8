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

// Telling other systems: CloudEvents, a bus within the process, and forwarding to others.

export type { BackoffOptions } from "./bus/backoff.ts";
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
export type { ForwarderOptions, ForwarderState, ForwarderStatus } from "./bus/forwarder-options.ts";
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
