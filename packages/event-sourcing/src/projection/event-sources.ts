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
  const wanted = handled && new Set(handled);
  const byType = new Map<string, WantedSource>();
  for (const source of sources) {
    if (byType.has(source.type))
      throw new InvalidDefinitionError(`${owner} names ${source.type} twice in "of". Name it once.`);
    const names = wanted && new Set(source.eventTypes.filter((name) => wanted.has(name)));
    byType.set(source.type, { source, names });
  }
  const unknown = handled?.find((name) => !sources.some((source) => source.eventTypes.includes(name)));
  if (unknown !== undefined)
    throw new InvalidDefinitionError(`${owner} handles ${unknown}, which no aggregate in "of" has.`);
  return {
    query: { anyOf: Array.from(byType.values()).flatMap(queryItems) },
    event: (recorded) => {
      const wantedOf = byType.get(recorded.aggregateType);
      if (wantedOf === undefined || wantedOf.names?.has(recorded.eventType) === false) return undefined;
      return new DecodingEvent(recorded, wantedOf.source);
    },
  };
}

/** A source, and which of its events are wanted: all when there are no names. */
interface WantedSource {
  readonly source: EventSource;
  readonly names: ReadonlySet<string> | undefined;
}

function queryItems({ source, names }: WantedSource): EventQueryItem[] {
  const aggregateTypes = [source.type];
  // Longer lists than queries take are left out: more events come, and are passed over here.
  if (names === undefined || names.size > defaultLimits.queryItemsMax) return [{ aggregateTypes }];
  return names.size === 0 ? [] : [{ aggregateTypes, eventTypes: [...names] }];
}
