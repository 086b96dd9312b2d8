import type { ProposedEvent, RecordedEvent } from "@leftfold/core";
import { recordedTimeFromWire, timestampFromWire, timestampToWire } from "./convert-timestamp.ts";
import type {
  ProposedEvent as WireProposedEvent,
  RecordedEvent as WireRecordedEvent,
} from "./gen/leftfold/eventstore/v1/event_pb.ts";
import type { Mutable } from "./mutable.ts";

// Messages are written as literals: they are what `create` gives, without its walk over descriptors. The
// generated types check them.

export function proposedEventToWire(event: ProposedEvent): WireProposedEvent {
  const wire: WireProposedEvent = {
    $typeName: "leftfold.eventstore.v1.ProposedEvent",
    eventType: event.eventType,
    contentType: event.contentType,
    tags: event.tags === undefined ? [] : [...event.tags],
    metadata: event.metadata === undefined ? {} : { ...event.metadata },
    payload: event.payload,
  };
  if (event.eventId !== undefined) wire.eventId = event.eventId;
  if (event.eventVersion !== undefined) wire.eventVersion = event.eventVersion;
  if (event.aggregateNonce !== undefined) wire.aggregateNonce = event.aggregateNonce;
  if (event.occurredAt !== undefined) wire.occurredAt = timestampToWire(event.occurredAt);
  if (event.correlationId !== undefined) wire.correlationId = event.correlationId;
  if (event.causationId !== undefined) wire.causationId = event.causationId;
  if (event.actorId !== undefined) wire.actorId = event.actorId;
  return wire;
}

/**
 * Shares the message's lists and payload. Empty tags and metadata come out as absent: the wire does not tell
 * them apart.
 *
 * @param field gives the path to the event, for what is wrong with it.
 * @throws `invalid-argument` naming the field of a time that is out of range or not in whole milliseconds.
 */
export function proposedEventFromWire(wire: WireProposedEvent, field: () => string): ProposedEvent {
  const event: Mutable<ProposedEvent> = {
    eventType: wire.eventType,
    payload: wire.payload,
    contentType: wire.contentType,
  };
  if (wire.eventId !== undefined) event.eventId = wire.eventId;
  if (wire.eventVersion !== undefined) event.eventVersion = wire.eventVersion;
  if (wire.aggregateNonce !== undefined) event.aggregateNonce = wire.aggregateNonce;
  if (wire.tags.length > 0) event.tags = wire.tags;
  if (wire.occurredAt !== undefined) {
    event.occurredAt = timestampFromWire(wire.occurredAt, () => `${field()}.occurredAt`);
  }
  if (wire.correlationId !== undefined) event.correlationId = wire.correlationId;
  if (wire.causationId !== undefined) event.causationId = wire.causationId;
  if (wire.actorId !== undefined) event.actorId = wire.actorId;
  if (hasKeys(wire.metadata)) event.metadata = wire.metadata;
  return event;
}

function hasKeys(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return true;
  return false;
}

export function recordedEventToWire(event: RecordedEvent): WireRecordedEvent {
  const wire: WireRecordedEvent = {
    $typeName: "leftfold.eventstore.v1.RecordedEvent",
    tenantId: event.tenantId,
    globalNonce: event.globalNonce,
    aggregateType: event.aggregateType,
    aggregateId: event.aggregateId,
    aggregateNonce: event.aggregateNonce,
    eventId: event.eventId,
    eventType: event.eventType,
    eventVersion: event.eventVersion,
    contentType: event.contentType,
    occurredAt: timestampToWire(event.occurredAt),
    recordedAt: timestampToWire(event.recordedAt),
    tags: [...event.tags],
    metadata: { ...event.metadata },
    payload: event.payload,
  };
  if (event.correlationId !== undefined) wire.correlationId = event.correlationId;
  if (event.causationId !== undefined) wire.causationId = event.causationId;
  if (event.actorId !== undefined) wire.actorId = event.actorId;
  return wire;
}

/**
 * Shares the message's lists and payload. A time finer than a millisecond is cut to it; the epoch stands for
 * none.
 */
export function recordedEventFromWire(wire: WireRecordedEvent): RecordedEvent {
  const event: Mutable<RecordedEvent> = {
    tenantId: wire.tenantId,
    globalNonce: wire.globalNonce,
    aggregateType: wire.aggregateType,
    aggregateId: wire.aggregateId,
    aggregateNonce: wire.aggregateNonce,
    eventId: wire.eventId,
    eventType: wire.eventType,
    eventVersion: wire.eventVersion,
    contentType: wire.contentType,
    occurredAt: recordedTimeFromWire(wire.occurredAt),
    recordedAt: recordedTimeFromWire(wire.recordedAt),
    tags: wire.tags,
    metadata: wire.metadata,
    payload: wire.payload,
  };
  if (wire.correlationId !== undefined) event.correlationId = wire.correlationId;
  if (wire.causationId !== undefined) event.causationId = wire.causationId;
  if (wire.actorId !== undefined) event.actorId = wire.actorId;
  return event;
}
