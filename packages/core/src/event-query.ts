import type { RecordedEvent } from "./event.ts";

/** Which events are meant: those that match any of the items. */
export interface EventQuery {
  /** At least one item, 100 at most by default. */
  readonly anyOf: readonly EventQueryItem[];
}

/**
 * Criteria that an event meets all of. An item without criteria matches every event; so does an empty list in
 * place of one.
 */
export interface EventQueryItem {
  /** The event's type is one of these. */
  readonly eventTypes?: readonly string[] | undefined;
  /** The aggregate's type is one of these. */
  readonly aggregateTypes?: readonly string[] | undefined;
  /** The aggregate's id starts with this. */
  readonly aggregateIdPrefix?: string | undefined;
  /** The event has all of these tags. */
  readonly tags?: readonly string[] | undefined;
}

/** What a query looks at in an event. */
export type QueriedEvent = Pick<RecordedEvent, "eventType" | "aggregateType" | "aggregateId" | "tags">;

/** Whether an event matches a query. Every backend's own evaluation must agree with this one. */
export function matches(query: EventQuery, event: QueriedEvent): boolean {
  for (const item of query.anyOf) if (matchesItem(item, event)) return true;
  return false;
}

function matchesItem(item: EventQueryItem, event: QueriedEvent): boolean {
  if (isGiven(item.eventTypes) && !item.eventTypes.includes(event.eventType)) return false;
  if (isGiven(item.aggregateTypes) && !item.aggregateTypes.includes(event.aggregateType)) return false;
  if (item.aggregateIdPrefix && !event.aggregateId.startsWith(item.aggregateIdPrefix)) return false;
  if (isGiven(item.tags)) for (const tag of item.tags) if (!event.tags.includes(tag)) return false;
  return true;
}

function isGiven(names: readonly string[] | undefined): names is readonly string[] {
  return names !== undefined && names.length > 0;
}
