import { DuplicateEventIdError, exact, noStream } from "@leftfold/core";
import { expect } from "vitest";
import { anAggregate, anAppend, anEvent, noneOf, someEvents, uniqueEventId } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectConflict, expectInvalid, failureOf, matched, violated } from "../failure.ts";
import { seed, wholeLog } from "../shorthand.ts";

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const appendEventIds: ContractArea = contractArea("append: event ids", (test) => {
  test("gives every event without an id a UUID of version 7 of its own", async ({ store }) => {
    await seed(store, 50);
    await seed(store, 50);
    const eventIds = (await wholeLog(store)).map(({ eventId }) => eventId);
    for (const eventId of eventIds) expect(eventId).toMatch(uuidV7);
    expect(new Set(eventIds).size).toBe(100);
  });

  test("keeps the ids that the writer gives, of whatever version, among those it assigns", async ({
    store,
  }) => {
    const mine = [
      "00000000-0000-0000-0000-000000000000",
      uniqueEventId(),
      "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ];
    const events = [mine[0], undefined, mine[1], undefined, mine[2]].map((eventId) =>
      anEvent(eventId === undefined ? {} : { eventId }),
    );
    await store.append(anAppend({ events }));
    const recorded = (await wholeLog(store)).map(({ eventId }) => eventId);
    expect([recorded[0], recorded[2], recorded[4]]).toEqual(mine);
    expect(recorded[1]).toMatch(uuidV7);
    expect(recorded[3]).toMatch(uuidV7);
  });

  test("rejects event ids that the tenant has, names all of them and no other, and writes nothing", async ({
    store,
  }) => {
    const taken = [uniqueEventId(), uniqueEventId(), uniqueEventId()];
    await store.append(anAppend({ events: taken.map((eventId) => anEvent({ eventId })) }));
    const attempt = () =>
      store.append({
        appends: [
          anAggregate({ aggregateId: "a", events: [anEvent({ eventId: taken[2]! }), anEvent()] }),
          anAggregate({ aggregateId: "b", events: [anEvent({ eventId: uniqueEventId() })] }),
          anAggregate({ aggregateId: "c", events: [anEvent(), anEvent({ eventId: taken[0]! })] }),
        ],
      });
    const error = await failureOf(DuplicateEventIdError, attempt);
    expect(error.code).toBe("duplicate-event-id");
    expect(error.eventIds).toEqual([taken[2], taken[0]]);
    expect(await store.head()).toBe(3n);
  });

  test("lets an id be used that only a rejected append had", async ({ store }) => {
    await seed(store, 1);
    const eventId = uniqueEventId();
    const request = anAppend({ expected: noStream, events: [anEvent({ eventId })] });
    await expectConflict(() => store.append(request), [violated(noStream, 1n)]);
    await store.append(anAppend({ expected: exact(1n), events: [anEvent({ eventId })] }));
    expect((await wholeLog(store)).at(-1)?.eventId).toBe(eventId);
  });

  test("checks expectations and conditions before event ids", async ({ store }) => {
    const eventId = uniqueEventId();
    await store.append(anAppend({ events: [anEvent({ eventId })] }));
    await expectConflict(
      () => store.append(anAppend({ expected: noStream, events: [anEvent({ eventId })] })),
      [violated(noStream, 1n)],
    );
    await expectConflict(
      () => store.append(anAppend({ conditions: [noneOf([{}])], events: [anEvent({ eventId })] })),
      [matched(0, 1n)],
    );
  });

  test("rejects an id that an append uses twice, also across aggregates", async ({ store }) => {
    const eventId = uniqueEventId();
    const twice = [anEvent({ eventId }), anEvent({ eventId })];
    await expectInvalid(() => store.append(anAppend({ events: twice })), "appends[0].events[1].eventId", {
      value: new RegExp(eventId),
      limit: /once/,
    });
    const appends = ["a", "b"].map((aggregateId) =>
      anAggregate({ aggregateId, events: [anEvent({ eventId })] }),
    );
    await expectInvalid(() => store.append({ appends }), "appends[1].events[0].eventId");
    expect(await store.head()).toBe(0n);
  });

  for (const eventId of ["", "not-a-uuid", "0198C0DE-0000-7000-8000-000000000000", "{0198c0de}"]) {
    test(`rejects the event id ${JSON.stringify(eventId)}`, async ({ store }) => {
      const attempt = () => store.append(anAppend({ events: [...someEvents(1), anEvent({ eventId })] }));
      await expectInvalid(attempt, "appends[0].events[1].eventId", { limit: /UUID/ });
      expect(await store.head()).toBe(0n);
    });
  }

  test("accepts in one tenant the event ids of another", async ({ store, tenant }) => {
    const other = tenant();
    const eventId = uniqueEventId();
    await store.append(anAppend({ events: [anEvent({ eventId })] }));
    await other.append(anAppend({ events: [anEvent({ eventId })] }));
    expect((await wholeLog(other)).map((event) => event.eventId)).toEqual([eventId]);
  });
});
