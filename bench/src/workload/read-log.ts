import { any, type EventStore, type ProposedEvent } from "@leftfold/core";
import { aggregateType } from "./aggregate-choice.ts";
import { contentType, eventType, payload } from "./deposit.ts";

/** A log to read: aggregates of equal length, whose events lie spread over the whole of it, as in life. */
export interface LogShape {
  readonly aggregates: number;
  readonly eventsPerAggregate: number;
}

const eventsPerAppend = 5000;

/**
 * An event with most of what an event can carry; written with few appends, since reading is what is measured.
 */
export const readEvent: ProposedEvent = {
  eventType,
  contentType,
  payload,
  occurredAt: new Date("2026-01-02T03:04:05.678Z"),
  tags: ["branch:7"],
  correlationId: "0197a3c1-5b7e-7c3a-9c52-3f1d0a6b8e11",
  causationId: "0197a3c1-5b7e-7c3a-9c52-3f1d0a6b8e12",
  actorId: "clerk-17",
  metadata: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
};

export function readAggregateId(aggregate: number): string {
  return `account-${aggregate}`;
}

export async function writeLog(
  store: EventStore,
  { aggregates, eventsPerAggregate }: LogShape,
): Promise<void> {
  const perRound = Math.max(1, Math.floor(eventsPerAppend / aggregates));
  for (let written = 0; written < eventsPerAggregate; written += perRound) {
    const count = Math.min(perRound, eventsPerAggregate - written);
    const events = Array.from({ length: count }, () => readEvent);
    await store.append({
      appends: Array.from({ length: aggregates }, (_, aggregate) => ({
        aggregateType,
        aggregateId: readAggregateId(aggregate),
        expected: any,
        events,
      })),
    });
  }
}
