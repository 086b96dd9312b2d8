import { any, defaultLimits, type EventQuery, type ProposedEvent, validateAppend } from "@leftfold/core";
import { beforeAll, expect, test } from "vitest";
import { MemoryLog } from "./memory-log.ts";

const length = 10_000;
const log = new MemoryLog("t", { clock: () => new Date(0), newEventId: () => `${Math.random()}` });

/** Every event has the tag `all`, one in a hundred a tag and a type of its own kind. */
beforeAll(() => {
  for (let i = 1; i <= length; i++) {
    const kind = i % 100;
    const event: ProposedEvent = {
      eventType: `E${kind}`,
      contentType: "c",
      payload: new Uint8Array(),
      tags: ["all", `t${kind}`],
    };
    const append = { aggregateType: `A${i % 2}`, aggregateId: `${i % 10}`, expected: any, events: [event] };
    log.append(validateAppend({ appends: [append] }, defaultLimits));
  }
});

/** How many events have to be looked at to find all that match. */
function looks(query: EventQuery, low = 1, high = length): number {
  return [...log.candidates(query, { low, high }, "forwards")].length;
}

test.each<[string, EventQuery, number]>([
  ["a tag", { anyOf: [{ tags: ["t7"] }] }, 100],
  ["an event type", { anyOf: [{ eventTypes: ["E7"] }] }, 100],
  ["the rarer of two tags", { anyOf: [{ tags: ["all", "t7"] }] }, 100],
  ["a tag rather than the aggregate type", { anyOf: [{ aggregateTypes: ["A1"], tags: ["t7"] }] }, 100],
  ["several items", { anyOf: [{ tags: ["t7"] }, { eventTypes: ["E7", "E8"] }] }, 200],
  ["an aggregate type", { anyOf: [{ aggregateTypes: ["A1"] }] }, 5_000],
  ["a tag that nothing has", { anyOf: [{ tags: ["none"] }] }, 0],
])("finds what has %s without a look at the rest", (_words, query, count) => {
  expect(looks(query)).toBe(count);
});

test.each<[string, EventQuery]>([
  ["a prefix alone", { anyOf: [{ aggregateIdPrefix: "7" }] }],
  ["an item without criteria", { anyOf: [{ tags: ["t7"] }, {}] }],
  [
    "more names than there are events to look at",
    {
      anyOf: [{ eventTypes: Array.from({ length: 100 }, (_, i) => `E${i}`) }],
    },
  ],
])("looks at every event for %s", (_words, query) => {
  expect(looks(query)).toBe(length);
});

test("a condition after a nonce costs no more than what came after it", () => {
  expect(looks({ anyOf: [{ tags: ["all"] }] }, length - 9)).toBe(10);
  expect(looks({ anyOf: [{ tags: ["t7"] }] }, length - 250)).toBe(2);
});

test("the first match is the first one after the condition's nonce", () => {
  const failIfMatches = { anyOf: [{ tags: ["t7"] }] };
  expect(log.firstMatch({ failIfMatches })).toBe(7n);
  expect(log.firstMatch({ failIfMatches, after: 6n })).toBe(7n);
  expect(log.firstMatch({ failIfMatches, after: 7n })).toBe(107n);
  expect(log.firstMatch({ failIfMatches, after: BigInt(length) })).toBeUndefined();
  expect(log.firstMatch({ failIfMatches, after: 2n ** 63n - 1n })).toBeUndefined();
});
