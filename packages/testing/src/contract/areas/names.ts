import { type EventStore, exact, noStream } from "@leftfold/core";
import { expect } from "vitest";
import { collect } from "../../builders/collect.ts";
import { anAppend, anEvent, noneOf } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import type { ContractContext } from "../contract-context.ts";
import { expectConflict, expectInvalid, violated } from "../failure.ts";
import { streamOf, wholeLog } from "../shorthand.ts";

/** Every place of an append that holds a name: its field path, and an attempt with the name in it. */
const namedFields: readonly { field: string; put: (store: EventStore, name: string) => Promise<unknown> }[] =
  [
    { field: "idempotencyKey", put: (store, name) => store.append(anAppend({ idempotencyKey: name })) },
    {
      field: "appends[0].aggregateType",
      put: (store, name) => store.append(anAppend({ aggregateType: name })),
    },
    { field: "appends[0].aggregateId", put: (store, name) => store.append(anAppend({ aggregateId: name })) },
    ...(["eventType", "contentType", "correlationId", "causationId", "actorId"] as const).map((key) => ({
      field: `appends[0].events[0].${key}`,
      put: (store: EventStore, name: string) =>
        store.append(anAppend({ events: [anEvent({ [key]: name })] })),
    })),
    {
      field: "appends[0].events[0].tags[1]",
      put: (store, name) => store.append(anAppend({ events: [anEvent({ tags: ["t", name] })] })),
    },
  ];

/** Names that are hard on an encoding, an index or a comparison, and valid. */
const oddNames = [
  " ",
  "ü",
  "u\u0308",
  "订单",
  "🎓🎓",
  "'; drop table events; --",
  "\\x00",
  "{a,b}",
  'quo"te',
  "%_%",
  "NULL",
  "a/b?c#d&e=f",
  "\u2028\u2029\u00a0\ufeff",
  "\uffff",
  "__proto__",
];

export const names: ContractArea = contractArea("names", (test) => {
  for (const { field, put } of namedFields) {
    test(`rejects in ${field} what is no name`, async ({ store, limits }) => {
      const { nameCharsMax } = limits;
      const tooLong = {
        value: new RegExp(`${nameCharsMax + 1} char`),
        limit: new RegExp(String(nameCharsMax)),
      };
      await expectInvalid(() => put(store, ""), field, { limit: new RegExp(String(nameCharsMax)) });
      await expectInvalid(() => put(store, "n".repeat(nameCharsMax + 1)), field, tooLong);
      for (const control of ["\u0000", "\n", "\u001f", "\u007f", "\u009f"]) {
        await expectInvalid(() => put(store, `a${control}b`), field, { limit: /control/ });
      }
      for (const surrogate of ["\ud800", "\udc00", "a\udfffb"]) {
        await expectInvalid(() => put(store, surrogate), field, { limit: /surrogate/i });
      }
      expect(await store.head()).toBe(0n);
    });
  }

  test("accepts names of one character, and of 255", async ({ store, limits }) => {
    for (const name of ["n", "n".repeat(limits.nameCharsMax)]) {
      for (const { put } of namedFields) await put(store, name);
    }
    expect(await store.head()).toBe(BigInt(2 * namedFields.length));
  });

  test("keeps names of 255 characters of three bytes each, in every field at once", async (context) => {
    const { random } = context;
    await keepLongNames(context, () => String.fromCodePoint(0x4e00 + random.below(20_000)));
  });

  test("keeps long names of characters of four bytes each, in every field at once", async (context) => {
    const { random } = context;
    await keepLongNames(context, () => String.fromCodePoint(0x20000 + random.below(40_000)));
  });

  test("keeps odd names as they are, and tells them apart", async ({ store }) => {
    for (const name of oddNames) {
      const event = anEvent({ eventType: name, contentType: name, tags: [name], actorId: name });
      const aggregate = { aggregateType: name, aggregateId: name };
      await store.append(
        anAppend({ ...aggregate, expected: noStream, events: [event], idempotencyKey: name }),
      );
    }
    const log = await wholeLog(store);
    for (const [i, name] of oddNames.entries()) {
      const recorded = {
        aggregateType: name,
        aggregateId: name,
        eventType: name,
        tags: [name],
        actorId: name,
      };
      expect(log[i]).toMatchObject({ ...recorded, contentType: name, aggregateNonce: 1n });
      expect(await streamOf(store, { aggregateType: name, aggregateId: name })).toEqual([log[i]]);
      for (const item of [{ eventTypes: [name] }, { aggregateTypes: [name] }, { tags: [name] }]) {
        expect(await collect(store.readAll({ query: { anyOf: [item] } }))).toEqual([log[i]]);
      }
    }
  });

  test("takes names to the letter: case, composition and spaces make a difference", async ({ store }) => {
    for (const aggregateId of ["order", "Order", "order ", "é", "e\u0301"]) {
      await store.append(anAppend({ aggregateId, expected: noStream }));
    }
    expect(await store.head()).toBe(5n);
  });
});

/** Keeps names as long as the limit in every field at once, where an index may be too small for them. */
async function keepLongNames(
  { tenant, limits: { nameCharsMax, tagsMax } }: ContractContext,
  randomCharacter: () => string,
): Promise<void> {
  // Characters are drawn, since an index compresses what repeats itself.
  const longName = (): string => {
    let name = "";
    while (name.length < nameCharsMax - 1) name += randomCharacter();
    return name.padEnd(nameCharsMax, "n");
  };
  const tenantId = longName();
  const store = tenant(tenantId);
  const tags = Array.from({ length: tagsMax }, longName);
  const event = anEvent({
    eventType: longName(),
    contentType: longName(),
    correlationId: longName(),
    causationId: longName(),
    actorId: longName(),
    tags,
    metadata: { [longName()]: longName() },
  });
  const aggregate = { aggregateType: longName(), aggregateId: longName() };
  const item = {
    tags,
    eventTypes: [event.eventType, longName()],
    aggregateTypes: [longName(), aggregate.aggregateType],
    aggregateIdPrefix: aggregate.aggregateId,
  };
  const request = anAppend({
    ...aggregate,
    expected: noStream,
    events: [event],
    conditions: [noneOf([item])],
    idempotencyKey: longName(),
  });
  await store.append(request);
  const recorded = await streamOf(store, aggregate);
  expect(recorded).toMatchObject([{ ...event, ...aggregate, tenantId, globalNonce: 1n }]);
  expect(await collect(store.readAll({ query: { anyOf: [item] } }))).toEqual(recorded);
  expect((await store.append(request)).replayed).toBe(true);
  await expectConflict(
    () => store.append(anAppend({ ...aggregate, expected: exact(2n) })),
    [violated(exact(2n), 1n, aggregate)],
  );
}
