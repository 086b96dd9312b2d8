import { type AppendRequest, any, type RecordedEvent } from "@leftfold/core";
import { aggregateType } from "../workload/aggregate-choice.ts";
import { contentType, eventType } from "../workload/deposit.ts";

/** How many kinds of events there are, for those who want only one. */
export const branches = 50;
const aggregates = 1000;
const note = "x".repeat(180);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What a subscriber has to know of an event. */
export interface Stamp {
  /** When its append began, in nanoseconds by the machine's monotonic clock, which all its processes share. */
  readonly startedNs: bigint;
  /** False for those of the warm-up. */
  readonly isCounted: boolean;
}

export function branchTag(arrival: number): string {
  return `branch:${arrival % branches}`;
}

/** The append of this number, of an event of about 256 bytes that says when it began. */
export function stampedAppend(arrival: number, isCounted: boolean): AppendRequest {
  const startedNs = process.hrtime.bigint().toString();
  const payload = encoder.encode(JSON.stringify({ startedNs, isCounted, note }));
  const event = { eventType, contentType, payload, tags: [branchTag(arrival)] };
  const aggregateId = `account-${arrival % aggregates}`;
  return { appends: [{ aggregateType, aggregateId, expected: any, events: [event] }] };
}

export function stampOf({ payload }: Pick<RecordedEvent, "payload">): Stamp {
  const { startedNs, isCounted } = JSON.parse(decoder.decode(payload)) as {
    startedNs: string;
    isCounted: boolean;
  };
  return { startedNs: BigInt(startedNs), isCounted };
}
