import type { AppendResult } from "./append.ts";
import type { RecordedEvent } from "./event.ts";
import type { ValidAppend } from "./validate-append.ts";

/** What the store adds to an accepted append. */
export interface Recording {
  readonly tenantId: string;
  readonly recordedAt: Date;
  /** Gives a new UUID, version 7, for an event that has none. */
  readonly newEventId: () => string;
}

const none: Readonly<Record<string, string>> = Object.freeze({});
const noTags: readonly string[] = Object.freeze([]);

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The events of an accepted append as they are recorded, in global order. */
export function record(append: ValidAppend, result: AppendResult, recording: Recording): RecordedEvent[] {
  const { tenantId, recordedAt, newEventId } = recording;
  const recorded = new Array<RecordedEvent>(append.eventCount);
  let count = 0;
  let globalNonce = result.firstGlobalNonce;
  append.appends.forEach(({ aggregateType, aggregateId, events }, i) => {
    let aggregateNonce = result.aggregates[i]!.aggregateNonce - BigInt(events.length) + 1n;
    for (const event of events) {
      const each: Writable<RecordedEvent> = {
        tenantId,
        globalNonce: globalNonce++,
        aggregateType,
        aggregateId,
        aggregateNonce: aggregateNonce++,
        eventId: event.eventId ?? newEventId(),
        eventType: event.eventType,
        eventVersion: event.eventVersion ?? 1,
        contentType: event.contentType,
        occurredAt: event.occurredAt ?? recordedAt,
        recordedAt,
        tags: event.tags ?? noTags,
        metadata: event.metadata ?? none,
        payload: event.payload,
      };
      if (event.correlationId !== undefined) each.correlationId = event.correlationId;
      if (event.causationId !== undefined) each.causationId = event.causationId;
      if (event.actorId !== undefined) each.actorId = event.actorId;
      recorded[count++] = each;
    }
  });
  return recorded;
}
