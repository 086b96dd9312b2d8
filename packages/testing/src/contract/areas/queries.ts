import { type EventQueryItem, type EventStore, matches } from "@leftfold/core";
import fc from "fast-check";
import { expect } from "vitest";
import { anyNames, fewNames } from "../../arbitraries/names.ts";
import { arbitraryEventQuery, arbitraryReadAllRequest } from "../../arbitraries/queries.ts";
import { collect } from "../../builders/collect.ts";
import { anAppend, anEvent } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectInvalid } from "../failure.ts";
import { seedGenerated } from "../seed-generated.ts";
import { globalNonces } from "../shorthand.ts";
import { readFrom } from "../whole-log-model.ts";

/** Six events that differ in what queries look at. */
async function seedVariety(store: EventStore): Promise<void> {
  for (const [aggregateType, aggregateId, eventType, tags] of [
    ["order", "o1", "Placed", ["course:c1"]],
    ["order", "o12", "Paid", ["course:c1", "student:s1"]],
    ["cart", "o1", "Placed", []],
    ["cart", "O1", "placed", ["student:s1"]],
    ["order", "x%_1", "Paid", ["course:c2", "student:s1", "course:c1"]],
    ["Order", "xAB1", "Shipped", ["course"]],
  ] as const) {
    await store.append(anAppend({ aggregateType, aggregateId, events: [anEvent({ eventType, tags })] }));
  }
}

const cases: readonly (readonly [string, readonly EventQueryItem[], readonly number[]])[] = [
  ["an item without criteria: every event", [{}], [1, 2, 3, 4, 5, 6]],
  [
    "empty lists in place of criteria: every event",
    [{ eventTypes: [], aggregateTypes: [], tags: [], aggregateIdPrefix: "" }],
    [1, 2, 3, 4, 5, 6],
  ],
  ["one event type, to the letter", [{ eventTypes: ["Placed"] }], [1, 3]],
  ["one of several event types", [{ eventTypes: ["Placed", "Shipped", "None"] }], [1, 3, 6]],
  ["one aggregate type, to the letter", [{ aggregateTypes: ["order"] }], [1, 2, 5]],
  ["one of several aggregate types", [{ aggregateTypes: ["cart", "Order"] }], [3, 4, 6]],
  ["a prefix of the aggregate's id", [{ aggregateIdPrefix: "o1" }], [1, 2, 3]],
  ["a whole id as the prefix", [{ aggregateIdPrefix: "o12" }], [2]],
  ["a prefix that looks like a pattern", [{ aggregateIdPrefix: "x%_" }], [5]],
  ["a prefix of one wildcard", [{ aggregateIdPrefix: "%" }], []],
  ["one tag", [{ tags: ["course:c1"] }], [1, 2, 5]],
  ["a tag that is a part of others", [{ tags: ["course"] }], [6]],
  ["all of several tags", [{ tags: ["student:s1", "course:c1"] }], [2, 5]],
  ["the same tag twice", [{ tags: ["course:c2", "course:c2"] }], [5]],
  ["tags that no event has together", [{ tags: ["course:c2", "course"] }], []],
  [
    "everything in an item together",
    [{ eventTypes: ["Paid"], aggregateTypes: ["order"], aggregateIdPrefix: "o", tags: ["student:s1"] }],
    [2],
  ],
  [
    "either of two items",
    [{ eventTypes: ["Shipped"] }, { aggregateTypes: ["cart"], eventTypes: ["placed"] }],
    [4, 6],
  ],
  [
    "two items that match the same event: it comes once",
    [{ eventTypes: ["Paid"] }, { tags: ["student:s1"] }],
    [2, 4, 5],
  ],
  ["an item without criteria beside others: every event", [{ eventTypes: ["Paid"] }, {}], [1, 2, 3, 4, 5, 6]],
  [
    "names that nothing has",
    [{ eventTypes: ["None"] }, { tags: ["none"] }, { aggregateTypes: ["none"] }],
    [],
  ],
];

export const queries: ContractArea = contractArea("queries", (test) => {
  test("match what they say", async ({ store, follow }) => {
    await seedVariety(store);
    for (const [words, anyOf, expected] of cases) {
      const found = expected.map(BigInt);
      const query = { anyOf };
      expect(await globalNonces(store.readAll({ query })), words).toEqual(found);
      const backwards = store.readAll({ query, direction: "backwards" });
      expect(await globalNonces(backwards), `${words}, backwards`).toEqual(found.toReversed());
      const follower = follow({ query });
      await follower.reach(6n);
      expect(
        follower.events.map(({ globalNonce }) => globalNonce),
        `${words}, followed`,
      ).toEqual(found);
      await follower.stop();
    }
  });

  test("combine with every bound of a read", async ({ store }) => {
    await seedVariety(store);
    const query = { anyOf: [{ tags: ["course:c1"] }] };
    expect(await globalNonces(store.readAll({ query, from: 2n }))).toEqual([2n, 5n]);
    expect(await globalNonces(store.readAll({ query, to: 4n }))).toEqual([1n, 2n]);
    expect(await globalNonces(store.readAll({ query, from: 3n, to: 4n }))).toEqual([]);
    expect(await globalNonces(store.readAll({ query, maxCount: 2 }))).toEqual([1n, 2n]);
    const backwards = { query, direction: "backwards" } as const;
    expect(await globalNonces(store.readAll({ ...backwards, maxCount: 2 }))).toEqual([5n, 2n]);
    expect(await globalNonces(store.readAll({ ...backwards, from: 4n, maxCount: 1 }))).toEqual([2n]);
  });

  test("agree with the definition of a match, over generated logs, queries and bounds", async (context) => {
    const { store, random } = context;
    const log = await seedGenerated(store, random.below(2 ** 31));
    const request = arbitraryReadAllRequest({ names: fewNames(), nonceMax: BigInt(log.length) });
    const agrees = async (read: Parameters<typeof readFrom>[1]) => {
      expect(await collect(store.readAll(read))).toEqual(readFrom(log, read));
    };
    await fc.assert(fc.asyncProperty(request, agrees), { numRuns: 100, seed: random.below(2 ** 31) });
  });

  test("agree with the definition of a match in conditions", async ({ store, random }) => {
    const log = await seedGenerated(store, random.below(2 ** 31));
    const after = fc.bigInt({ min: 0n, max: BigInt(log.length) });
    const agrees = async (failIfMatches: Parameters<typeof matches>[0], from: bigint) => {
      const first = log.find((event) => event.globalNonce > from && matches(failIfMatches, event));
      const check = anAppend({ events: [], conditions: [{ failIfMatches, after: from }] });
      const found = await store.append(check).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (first === undefined) expect(found).toBeUndefined();
      else expect(found).toMatchObject({ violations: [{ index: 0, globalNonce: first.globalNonce }] });
    };
    const property = fc.asyncProperty(arbitraryEventQuery(fewNames()), after, agrees);
    await fc.assert(property, { numRuns: 100, seed: random.below(2 ** 31) });
  });

  test("take names of every kind", async ({ store, random }) => {
    const request = arbitraryReadAllRequest({ names: anyNames() });
    const gives = async (read: Parameters<typeof readFrom>[1]) => {
      expect(await collect(store.readAll(read))).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(request, gives), { numRuns: 50, seed: random.below(2 ** 31) });
  });

  test("of as many items and names as the limit says are answered, and of one more are rejected", async ({
    store,
    limits: { queryItemsMax },
  }) => {
    await seedVariety(store);
    const names = Array.from({ length: queryItemsMax + 1 }, (_, i) => (i === 1 ? "Paid" : `none${i}`));
    const items = (some: string[]) => ({ anyOf: some.map((name) => ({ eventTypes: [name] })) });
    const oneItem = (some: string[]) => ({ anyOf: [{ eventTypes: some }] });
    for (const query of [items(names.slice(1)), oneItem(names.slice(1))]) {
      expect(await globalNonces(store.readAll({ query }))).toEqual([2n, 5n]);
    }
    const limit = new RegExp(String(queryItemsMax));
    const value = new RegExp(String(queryItemsMax + 1));
    const read = (query: Parameters<typeof matches>[0]) => collect(store.readAll({ query }));
    await expectInvalid(() => read(items(names)), "query.anyOf", { value, limit });
    await expectInvalid(() => read(oneItem(names)), "query.anyOf[0].eventTypes", { value, limit });
  });

  test("without items, or with what is no name, are rejected by reads and by subscriptions", async ({
    store,
  }) => {
    for (const [anyOf, field] of [
      [[], "query.anyOf"],
      [[{}, { eventTypes: [""] }], "query.anyOf[1].eventTypes[0]"],
      [[{ aggregateTypes: ["a", "\n"] }], "query.anyOf[0].aggregateTypes[1]"],
      [[{ tags: ["\ud800"] }], "query.anyOf[0].tags[0]"],
      [[{ aggregateIdPrefix: "n".repeat(256) }], "query.anyOf[0].aggregateIdPrefix"],
    ] as const) {
      const query = { anyOf };
      await expectInvalid(() => collect(store.readAll({ query })), field);
      await expectInvalid(() => collect(store.subscribe({ query }), { max: 1 }), field);
    }
  });
});
