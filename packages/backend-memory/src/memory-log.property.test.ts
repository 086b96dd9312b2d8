import { any, defaultLimits, matches, type RecordedEvent, validateAppend } from "@leftfold/core";
import { arbitraryEventQuery, arbitraryProposedEvent, fewNames } from "@leftfold/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryLog } from "./memory-log.ts";
import { everyPosition } from "./positions.ts";

const names = fewNames();
const { aggregateType, aggregateId } = names;
const proposals = fc.array(fc.record({ aggregateType, aggregateId, event: arbitraryProposedEvent(names) }), {
  maxLength: 40,
  size: "max",
});

function logOf(drawn: typeof proposals extends fc.Arbitrary<infer T> ? T : never): MemoryLog {
  let ids = 0;
  const log = new MemoryLog("t", { clock: () => new Date(0), newEventId: () => `id-${++ids}` });
  for (const { aggregateType, aggregateId, event } of drawn) {
    const { eventId, ...anonymous } = event;
    const append = { aggregateType, aggregateId, expected: any, events: [anonymous] };
    log.append(validateAppend({ appends: [append] }, defaultLimits));
  }
  return log;
}

const query = arbitraryEventQuery(names);
const span = fc.record({ low: fc.integer({ min: 1, max: 45 }), length: fc.integer({ min: 0, max: 45 }) });
const direction = fc.constantFrom("forwards" as const, "backwards" as const);

test("the index finds what a look at every event finds, in the same order", () => {
  let indexed = 0;
  fc.assert(
    fc.property(proposals, query, span, direction, (drawn, query, { low, length }, direction) => {
      const log = logOf(drawn);
      const span = { low, high: Math.min(low + length - 1, drawn.length) };
      const all = [...everyPosition(span, direction)];
      const expected: readonly RecordedEvent[] = all
        .map((position) => log.at(position))
        .filter((event) => matches(query, event));
      expect([...log.events(query, span, direction)]).toEqual(expected);
      if ([...log.candidates(query, span, direction)].length < all.length) indexed++;
    }),
    { numRuns: 1000 },
  );
  // A plain look at every event would pass, and prove nothing.
  expect(indexed).toBeGreaterThan(50);
});
