import { defaultLimits, type EventQuery, type EventQueryItem, type RecordedEvent } from "@leftfold/core";
import type { EventSource } from "../aggregate/aggregate.ts";
import { InvalidDefinitionError } from "../errors.ts";
import { DecodingEvent } from "./projected-event.ts";

/** The sources of a consumer: which events it gets, and who decodes them. */
export interface EventSources {
  readonly query: EventQuery;
  /** Undefined for an event that the consumer does not handle. */
  event(recorded: RecordedEvent): DecodingEvent | undefined;
}

/**
 * @param handled the events that there are handlers for; all of the sources' when absent.
 * @throws `invalid-definition` when two sources are of one type, or a handled event belongs to none.
 */
export function eventSources(
  owner: string,
  sources: readonly EventSource[],
  handled?: readonly string[],
): EventSources {
  if (sources.length === 0)
    throw new InvalidDefinitionError(`${owner} is of no aggregate. Name one in "of".`);
  const byType = new Map<string, EventSource>();
  for (const source of sources) {
    if (byType.has(source.type))
      throw new InvalidDefinitionError(`${owner} names ${source.type} twice in "of". Name it once.`);
    byType.set(source.type, source);
  }
  const unknown = handled?.find((name) => !sources.some((source) => source.eventTypes.includes(name)));
  if (unknown !== undefined)
    throw new InvalidDefinitionError(`${owner} handles ${unknown}, which no aggregate in "of" has.`);
  const wanted = handled && new Set(handled);
  return {
    query: { anyOf: queryItems(sources, wanted) },
    event: (recorded) => {
      const source = byType.get(recorded.aggregateType);
      if (source === undefined || (wanted !== undefined && !wanted.has(recorded.eventType))) return undefined;
      return new DecodingEvent(recorded, source);
    },
  };
}

function queryItems(sources: readonly EventSource[], wanted: Set<string> | undefined): EventQueryItem[] {
  return sources.flatMap(({ type, eventTypes }) => {
    const names = wanted === undefined ? [] : eventTypes.filter((name) => wanted.has(name));
    if (wanted !== undefined && names.length === 0) return [];
    // Longer lists than queries take are left out: more events come, and are passed over here.
    const isStated = names.length > 0 && names.length <= defaultLimits.queryItemsMax;
    return [{ aggregateTypes: [type], ...(isStated && { eventTypes: names }) }];
  });
}
