import type { EventStore } from "@leftfold/core";
import { any } from "@leftfold/core";
import { someEvents } from "@leftfold/testing";

/** Appends so many events, to one of a few aggregates each. */
export async function appendSome(store: EventStore, count: number, aggregates = 3): Promise<void> {
  for (let i = 0; i < count; i++) {
    const events = someEvents(1, { eventType: i % 2 === 0 ? "Even" : "Odd" });
    const aggregateId = `o${i % aggregates}`;
    await store.append({ appends: [{ aggregateType: "Order", aggregateId, expected: any, events }] });
  }
}

/** The numbers from one to another, both included, as text. */
export function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
}
