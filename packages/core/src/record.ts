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

/** The events of an accepted append as they are recorded, in global order. */
export function record(append: ValidAppend, result: AppendResult, recording: Recording): RecordedEvent[] {
  const { tenantId, recordedAt, newEventId } = recording;
  const recorded: RecordedEvent[] = [];
  let globalNonce = result.firstGlobalNonce;
  append.appends.forEach(({ aggregateType, aggregateId, events }, i) => {
    let aggregateNonce = result.aggregates[i]!.aggregateNonce - BigInt(events.length) + 1n;
    for (const event of events) {
      recorded.push({
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
        ...(event.correlationId !== undefined && { correlationId: event.correlationId }),
        ...(event.causationId !== undefined && { causationId: event.causationId }),
        ...(event.actorId !== undefined && { actorId: event.actorId }),
        metadata: event.metadata ?? none,
        payload: event.payload,
      });
    }
  });
  return recorded;
}
