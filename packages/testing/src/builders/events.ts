import {
  type AggregateAppend,
  type AppendCondition,
  type AppendRequest,
  any,
  type EventQueryItem,
  type ProposedEvent,
} from "@leftfold/core";

const utf8 = new TextEncoder();

/** An event that is valid whatever is left out. */
export function anEvent(fields: Partial<ProposedEvent> = {}): ProposedEvent {
  return { eventType: "OrderPlaced", payload: utf8.encode("{}"), contentType: "application/json", ...fields };
}

/** So many events that tell themselves apart by their payload: the text of their index, from 0. */
export function someEvents(count: number, fields: Partial<ProposedEvent> = {}): ProposedEvent[] {
  return Array.from({ length: count }, (_, i) => anEvent({ payload: utf8.encode(String(i)), ...fields }));
}

/** One aggregate's part of an append: one event, expecting nothing, unless said otherwise. */
export function anAggregate(fields: Partial<AggregateAppend> = {}): AggregateAppend {
  return { aggregateType: "order", aggregateId: "o1", expected: any, events: [anEvent()], ...fields };
}

/** An append to one aggregate; `appends`, when given, takes the place of the aggregate's fields. */
export function anAppend(fields: Partial<AggregateAppend & AppendRequest> = {}): AppendRequest {
  const { appends, conditions, idempotencyKey, ...aggregate } = fields;
  return {
    appends: appends ?? [anAggregate(aggregate)],
    ...(conditions !== undefined && { conditions }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

/** The condition that no event matches any of the items, after a nonce when one is given. */
export function noneOf(anyOf: readonly EventQueryItem[], after?: bigint): AppendCondition {
  return { failIfMatches: { anyOf }, ...(after !== undefined && { after }) };
}

/** The name of a tenant that nothing else uses. */
export function uniqueTenant(): string {
  return `tenant-${globalThis.crypto.randomUUID()}`;
}

/** A new event id. */
export function uniqueEventId(): string {
  return globalThis.crypto.randomUUID();
}
