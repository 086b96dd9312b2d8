import type { EventQuery, EventQueryItem } from "@leftfold/core";
import type {
  EventQuery as WireEventQuery,
  EventQueryItem as WireEventQueryItem,
} from "./gen/leftfold/eventstore/v1/event_pb.ts";
import type { Mutable } from "./mutable.ts";

export function eventQueryToWire({ anyOf }: EventQuery): WireEventQuery {
  return { $typeName: "leftfold.eventstore.v1.EventQuery", anyOf: anyOf.map(itemToWire) };
}

/** An empty list and no list are the same on the wire, and come out as no list. */
export function eventQueryFromWire({ anyOf }: WireEventQuery): EventQuery {
  return { anyOf: anyOf.map(itemFromWire) };
}

function itemToWire(item: EventQueryItem): WireEventQueryItem {
  const { eventTypes, aggregateTypes, aggregateIdPrefix, tags } = item;
  return {
    $typeName: "leftfold.eventstore.v1.EventQueryItem",
    eventTypes: eventTypes === undefined ? [] : [...eventTypes],
    aggregateTypes: aggregateTypes === undefined ? [] : [...aggregateTypes],
    aggregateIdPrefix: aggregateIdPrefix ?? "",
    tags: tags === undefined ? [] : [...tags],
  };
}

function itemFromWire(wire: WireEventQueryItem): EventQueryItem {
  const item: Mutable<EventQueryItem> = {};
  if (wire.eventTypes.length > 0) item.eventTypes = wire.eventTypes;
  if (wire.aggregateTypes.length > 0) item.aggregateTypes = wire.aggregateTypes;
  if (wire.aggregateIdPrefix !== "") item.aggregateIdPrefix = wire.aggregateIdPrefix;
  if (wire.tags.length > 0) item.tags = wire.tags;
  return item;
}
