import fc from "fast-check";
import { expect, test } from "vitest";
import { type EventQuery, type EventQueryItem, matches, type QueriedEvent } from "./event-query.ts";

const word = fc.constantFrom("a", "b", "c", "ab", "abc");
const words = fc.uniqueArray(word, { maxLength: 3 });
const event: fc.Arbitrary<QueriedEvent> = fc.record({
  eventType: word,
  aggregateType: word,
  aggregateId: word,
  tags: words,
});
const item: fc.Arbitrary<EventQueryItem> = fc.record(
  {
    eventTypes: words,
    aggregateTypes: words,
    aggregateIdPrefix: fc.constantFrom("", "a", "ab", "b"),
    tags: words,
  },
  { requiredKeys: [] },
);
const query: fc.Arbitrary<EventQuery> = fc.record({ anyOf: fc.array(item, { minLength: 1, maxLength: 3 }) });

/** The contract's sentence about queries, as a set of labels that an item asks for and an event bears. */
function contractSays({ anyOf }: EventQuery, event: QueriedEvent): boolean {
  return anyOf.some((item) => {
    const asked: boolean[] = [];
    if (item.eventTypes?.length) asked.push(new Set(item.eventTypes).has(event.eventType));
    if (item.aggregateTypes?.length) asked.push(new Set(item.aggregateTypes).has(event.aggregateType));
    const prefix = item.aggregateIdPrefix ?? "";
    asked.push(event.aggregateId.slice(0, prefix.length) === prefix);
    asked.push(new Set(event.tags).isSupersetOf(new Set(item.tags ?? [])));
    return !asked.includes(false);
  });
}

test("a query matches exactly the events of which the contract says so", () => {
  fc.assert(
    fc.property(query, event, (query, event) => {
      expect(matches(query, event)).toBe(contractSays(query, event));
    }),
    { numRuns: 2000 },
  );
});

test("an item without criteria matches every event, and so do empty lists in place of criteria", () => {
  const empty = { eventTypes: [], aggregateTypes: [], aggregateIdPrefix: "", tags: [] };
  fc.assert(
    fc.property(event, (event) => {
      expect(matches({ anyOf: [{}] }, event)).toBe(true);
      expect(matches({ anyOf: [empty] }, event)).toBe(true);
      expect(matches({ anyOf: [] }, event)).toBe(false);
    }),
  );
});
