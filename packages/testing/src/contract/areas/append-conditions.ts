import { type EventQueryItem, exact, noStream } from "@leftfold/core";
import { expect } from "vitest";
import { anAggregate, anAppend, anEvent, noneOf, someEvents } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectConflict, expectInvalid, matched, violated } from "../failure.ts";
import { seed } from "../shorthand.ts";

const seats = (...tags: string[]) => anAppend({ aggregateId: "seats", events: [anEvent({ tags })] });

export const appendConditions: ContractArea = contractArea("append: conditions", (test) => {
  test("accepts an append when no event matches its condition", async ({ store }) => {
    await store.append(seats("course:c1"));
    await store.append({ ...seats("course:c2"), conditions: [noneOf([{ tags: ["course:c2"] }])] });
    expect(await store.head()).toBe(2n);
  });

  test("accepts any condition on an empty log", async ({ store }) => {
    await store.append(anAppend({ conditions: [noneOf([{}])] }));
    expect(await store.head()).toBe(1n);
  });

  test("rejects an append when an event matches, and names the first that does", async ({ store }) => {
    for (const course of ["c1", "c2", "c2", "c2"]) await store.append(seats(`course:${course}`));
    const attempt = () =>
      store.append({ ...seats("course:c2"), conditions: [noneOf([{ tags: ["course:c2"] }])] });
    await expectConflict(attempt, [matched(0, 2n)]);
    expect(await store.head()).toBe(4n);
  });

  test("takes `after` as exclusive", async ({ store }) => {
    for (const course of ["c1", "c2", "c1", "c1"]) await store.append(seats(`course:${course}`));
    const check = (after: bigint) =>
      store.append(anAppend({ events: [], conditions: [noneOf([{ tags: ["course:c1"] }], after)] }));
    await expectConflict(() => check(0n), [matched(0, 1n)]);
    await expectConflict(() => check(1n), [matched(0, 3n)]);
    await expectConflict(() => check(2n), [matched(0, 3n)]);
    await expectConflict(() => check(3n), [matched(0, 4n)]);
    expect((await check(4n)).lastGlobalNonce).toBe(4n);
    expect((await check(2n ** 63n - 1n)).lastGlobalNonce).toBe(4n);
  });

  test("judges conditions by the state before the append: its own events do not count", async ({ store }) => {
    const conditions = [noneOf([{ eventTypes: ["OrderPlaced"] }]), noneOf([{}])];
    const appends = [anAggregate({ aggregateId: "a" }), anAggregate({ aggregateId: "b" })];
    await store.append({ appends, conditions });
    expect(await store.head()).toBe(2n);
  });

  test("checks every condition on its own", async ({ store }) => {
    for (const tag of ["a", "b", "c"]) await store.append(seats(tag));
    const conditions = ["c", "x", "a", "y", "b"].map((tag) => noneOf([{ tags: [tag] }]));
    await expectConflict(
      () => store.append(anAppend({ conditions })),
      [matched(0, 3n), matched(2, 1n), matched(4, 2n)],
    );
  });

  test("finds the first match of a condition of several items, whichever item it is", async ({ store }) => {
    await store.append(
      anAppend({ aggregateId: "a1", events: [anEvent({ eventType: "A", tags: ["x", "y"] })] }),
    );
    await store.append(anAppend({ aggregateId: "b1", events: [anEvent({ eventType: "B", tags: ["x"] })] }));
    await store.append(anAppend({ aggregateType: "cart", events: [anEvent({ eventType: "C" })] }));
    const first = (globalNonce: bigint, ...items: EventQueryItem[]) =>
      expectConflict(
        () => store.append(anAppend({ conditions: [noneOf(items)] })),
        [matched(0, globalNonce)],
      );
    await first(2n, { eventTypes: ["C"] }, { eventTypes: ["B"] });
    await first(1n, { eventTypes: ["C", "A"] });
    await first(2n, { tags: ["x"], eventTypes: ["B", "C"] });
    await first(1n, { tags: ["y", "x"] });
    await first(3n, { aggregateTypes: ["cart"] });
    await first(2n, { aggregateIdPrefix: "b" });
    await first(3n, { tags: ["y"], eventTypes: ["B"] }, { aggregateTypes: ["cart"] });
    expect(await store.head()).toBe(3n);
  });

  test("combines expectations and conditions: both have to hold", async ({ store }) => {
    await seed(store, 2);
    const conditions = [noneOf([{ eventTypes: ["OrderPlaced"] }])];
    const violation = matched(0, 1n);
    await expectConflict(() => store.append(anAppend({ expected: exact(2n), conditions })), [violation]);
    await expectConflict(
      () => store.append(anAppend({ expected: noStream, conditions })),
      [violated(noStream, 2n), violation],
    );
  });

  test("checks conditions of an append that writes nothing", async ({ store }) => {
    await seed(store, 1);
    const attempt = () => store.append(anAppend({ events: [], conditions: [noneOf([{}])] }));
    await expectConflict(attempt, [matched(0, 1n)]);
  });

  test("sees by conditions what every earlier append of the batch wrote", async ({ store }) => {
    const claims = Array.from({ length: 20 }, () =>
      store.append({ ...seats("only"), conditions: [noneOf([{ tags: ["only"] }])] }).then(
        () => "accepted",
        () => "rejected",
      ),
    );
    const outcomes = await Promise.all(claims);
    expect(outcomes.filter((outcome) => outcome === "accepted").length).toBe(1);
    expect(await store.head()).toBe(1n);
  });

  test("rejects a condition whose query has no items, and more conditions than the limit", async ({
    store,
    limits,
  }) => {
    await expectInvalid(
      () => store.append(anAppend({ conditions: [noneOf([{}]), noneOf([])] })),
      "conditions[1].failIfMatches.anyOf",
    );
    const tooMany = Array.from({ length: limits.conditionsMax + 1 }, () => noneOf([{ tags: ["x"] }]));
    await expectInvalid(() => store.append(anAppend({ conditions: tooMany })), "conditions", {
      value: new RegExp(String(limits.conditionsMax + 1)),
      limit: new RegExp(String(limits.conditionsMax)),
    });
    await store.append(anAppend({ conditions: tooMany.slice(1), events: someEvents(1) }));
    expect(await store.head()).toBe(1n);
  });

  test("rejects an `after` that is no nonce", async ({ store }) => {
    for (const after of [-1n, 2n ** 63n]) {
      await expectInvalid(
        () => store.append(anAppend({ conditions: [noneOf([{}], after)] })),
        "conditions[0].after",
        { value: new RegExp(String(after)) },
      );
    }
  });
});
