import { setImmediate } from "node:timers/promises";
import {
  type EventQuery,
  type FollowedLog,
  type FollowedPage,
  matches,
  type RecordedEvent,
} from "@leftfold/core";
import type { MemoryLog } from "./memory-log.ts";

/** Events of one page. */
const pageEventsMax = 256;
/**
 * Events that are looked at for one page, so that a query with few matches does not hold up everybody else.
 */
const pageLooksMax = 4096;

/** A log as `follow` takes it. It keeps nothing per subscriber: a page is read when it is asked for. */
export function followedMemoryLog(
  log: MemoryLog,
  query: EventQuery | undefined,
): FollowedLog<readonly RecordedEvent[]> {
  return {
    async readAfter(position) {
      const page = pageAfter(log, query, position);
      // Somebody who catches up must let timers and sockets have their turn.
      if (!page.live) await setImmediate();
      return page;
    },
    async waitBeyond(position, timeoutMs, signal) {
      if (log.head <= position) await log.waiters.wait(position, timeoutMs, signal);
    },
  };
}

function pageAfter(
  log: MemoryLog,
  query: EventQuery | undefined,
  position: bigint,
): FollowedPage<readonly RecordedEvent[]> {
  const { head } = log;
  const batch: RecordedEvent[] = [];
  let looks = 0;
  let scannedTo = head > position ? head : position;
  const span = { low: Number(position) + 1, high: Number(head) };
  for (const candidate of log.candidates(query, span, "forwards")) {
    const event = log.at(candidate);
    if (query === undefined || matches(query, event)) batch.push(event);
    if (batch.length < pageEventsMax && ++looks < pageLooksMax) continue;
    scannedTo = event.globalNonce;
    break;
  }
  const lastDelivered = batch.at(-1)?.globalNonce ?? position;
  return { batch: batch.length > 0 ? batch : undefined, lastDelivered, scannedTo, live: scannedTo >= head };
}
