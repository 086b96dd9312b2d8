import { type AppendRequest, any, type EventStore } from "@leftfold/core";
import { branchTag } from "../fan-out/stamped-event.ts";
import { aggregateType } from "../workload/aggregate-choice.ts";
import { contentType } from "../workload/deposit.ts";

const writers = 64;
const accounts = 1000;
const note = "x".repeat(209);
const encoder = new TextEncoder();

/** The append of this number, of a movement on one of a thousand accounts. */
function movement(number: number): AppendRequest {
  const payload = encoder.encode(JSON.stringify({ amount: number % 100, currency: "EUR", note }));
  const eventType = number % 3 === 0 ? "MoneyWithdrawn" : "MoneyDeposited";
  const event = { eventType, contentType, payload, tags: [branchTag(number)] };
  return {
    appends: [{ aggregateType, aggregateId: `account-${number % accounts}`, expected: any, events: [event] }],
  };
}

/** Appends those from `first` up to `end`, by 64 writers, each of which waits for its last. */
export async function appendMovements(store: EventStore, first: number, end: number): Promise<void> {
  let next = first;
  const write = async (): Promise<void> => {
    while (next < end) await store.append(movement(next++));
  };
  await Promise.all(Array.from({ length: writers }, write));
}
