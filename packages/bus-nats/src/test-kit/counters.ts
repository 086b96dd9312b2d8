import { any, type EventStore } from "@leftfold/core";
import type { PlainMessage } from "./stream-contents.ts";

/** How many aggregates there are. */
export const counters = 20;

/** So many appends of three events each, to aggregates by turns, as fast as they go. */
export async function appendMany(store: EventStore, appends: number): Promise<void> {
  const event = { eventType: "Counted", contentType: "application/json", payload: new Uint8Array() };
  await Promise.all(
    Array.from({ length: appends }, (_, i) => {
      const aggregate = { aggregateType: "Counter", aggregateId: `c${i % counters}` };
      return store.append({ appends: [{ ...aggregate, expected: any, events: [event, event, event] }] });
    }),
  );
}

/** The nonces of each aggregate's events, in the order in which they are in the stream. */
export function noncesByAggregate(messages: readonly PlainMessage[]): Map<string, number[]> {
  const found = Map.groupBy(messages, ({ headers }) => headers["ce-aggregateid"] ?? "");
  return new Map(
    Array.from(found, ([id, those]) => [
      id,
      those.map(({ headers }) => Number(headers["ce-aggregatenonce"])),
    ]),
  );
}
