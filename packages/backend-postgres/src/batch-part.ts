import { type EventQuery, matches } from "@leftfold/core";
import { encodeEvents } from "@leftfold/proto";
import { LogBatch } from "./log-batch.ts";

/** What a subscriber at a position gets of a batch: the batch itself when it is all of it, undefined when it is nothing. */
export function batchPart(
  batch: LogBatch,
  position: bigint,
  query: EventQuery | undefined,
): LogBatch | undefined {
  if (query === undefined && batch.firstGlobalNonce === position + 1n) return batch;
  const events = batch.events.filter(
    (event) => event.globalNonce > position && (query === undefined || matches(query, event)),
  );
  if (events.length === batch.count) return batch;
  if (events.length === 0) return undefined;
  const { bytes, count, lastGlobalNonce } = encodeEvents(events);
  return new LogBatch({ bytes, count, firstGlobalNonce: events[0]!.globalNonce, lastGlobalNonce });
}
