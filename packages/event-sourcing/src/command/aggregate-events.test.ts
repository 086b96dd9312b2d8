import { expect, test } from "vitest";
import { eventsAt } from "./aggregate-events.ts";

const event = (n: number) => ({ type: "Counted", data: { n } });

test("events get the places that an append brought them to, aggregate by aggregate", () => {
  const head = (aggregateId: string, aggregateNonce: bigint) => ({
    aggregateType: "Counter",
    aggregateId,
    aggregateNonce,
  });
  const result = {
    firstGlobalNonce: 11n,
    lastGlobalNonce: 13n,
    aggregates: [head("a", 7n), head("read", 4n), head("new", 1n)],
    replayed: false,
  };
  expect(eventsAt([[event(1), event(2)], [], [event(3)]], result)).toEqual([
    {
      ...head("a", 7n),
      events: [
        { ...event(1), aggregateNonce: 6n, globalNonce: 11n },
        { ...event(2), aggregateNonce: 7n, globalNonce: 12n },
      ],
    },
    { ...head("read", 4n), events: [] },
    { ...head("new", 1n), events: [{ ...event(3), aggregateNonce: 1n, globalNonce: 13n }] },
  ]);
});
