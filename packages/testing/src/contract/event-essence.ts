import type { RecordedEvent } from "@leftfold/core";

/** What has to be the same in every store: times and the ids that it assigns, of version 7, are not. */
export function eventEssence(event: RecordedEvent): Readonly<Record<string, unknown>> {
  const { recordedAt, occurredAt, eventId, ...others } = event;
  const assigned = eventId[14] === "7";
  return {
    ...others,
    eventId: assigned ? "assigned" : eventId,
    occurredAt: occurredAt.getTime() === recordedAt.getTime() ? "at recording" : occurredAt,
  };
}
