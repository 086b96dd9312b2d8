import { any, type EventStore, type RecordedEvent } from "@leftfold/core";
import fc from "fast-check";
import { arbitraryAppendRequest } from "../arbitraries/appends.ts";
import { fewNames } from "../arbitraries/names.ts";
import { wholeLog } from "./shorthand.ts";

/** Fills a log with generated events whose names meet, and returns what it holds. */
export async function seedGenerated(store: EventStore, seed: number): Promise<RecordedEvent[]> {
  for (const { appends } of fc.sample(arbitraryAppendRequest(fewNames()), { numRuns: 40, seed })) {
    await store.append({
      appends: appends.map((append) => ({
        ...append,
        expected: any,
        events: append.events.map(({ aggregateNonce: _, eventId: __, ...event }) => event),
      })),
    });
  }
  return wholeLog(store);
}
