import { type AppendRequest, type EventStore, validateAppend } from "@leftfold/core";
import { expect } from "vitest";
import { anAggregate, anAppend, anEvent, someEvents } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectInvalid } from "../failure.ts";
import { roundTrip } from "../round-trip.ts";
import { seed } from "../shorthand.ts";

/** Expects a rejection that names the field, the value and the limit, and that nothing is written. */
async function expectOverLimit(
  store: EventStore,
  request: AppendRequest,
  field: string,
  [value, limit]: readonly [number, number],
): Promise<void> {
  const head = await store.head();
  const named = { value: new RegExp(`\\b${value}\\b`), limit: new RegExp(`\\b${limit}\\b`) };
  await expectInvalid(() => store.append(request), field, named);
  expect(await store.head()).toBe(head);
}

export const appendLimits: ContractArea = contractArea("append: limits", (test) => {
  test("accepts a payload at the limit, and rejects one byte more", async ({ store, limits }) => {
    const { payloadBytesMax } = limits;
    const payload = new Uint8Array(payloadBytesMax).fill(7);
    const [event] = await roundTrip(store, [anEvent({ payload })]);
    expect(event?.payload.byteLength).toBe(payloadBytesMax);
    const tooLarge = anAppend({
      events: [anEvent(), anEvent({ payload: new Uint8Array(payloadBytesMax + 1) })],
    });
    const field = "appends[0].events[1].payload";
    await expectOverLimit(store, tooLarge, field, [payloadBytesMax + 1, payloadBytesMax]);
  });

  test("accepts metadata at the limit, keys and values together, in UTF-8, and rejects a byte more", async ({
    store,
    limits,
  }) => {
    const { metadataBytesMax } = limits;
    // 2 + 3 bytes in the first entry, 1 in the second key.
    const metadata = { é: "訂", x: "v".repeat(metadataBytesMax - 6) };
    const [event] = await roundTrip(store, [anEvent({ metadata })]);
    expect(event?.metadata).toEqual(metadata);
    const tooLarge = anEvent({ metadata: { ...metadata, x: `${metadata.x}v` } });
    const field = "appends[0].events[0].metadata";
    const values = [metadataBytesMax + 1, metadataBytesMax] as const;
    await expectOverLimit(store, anAppend({ events: [tooLarge] }), field, values);
  });

  test("rejects metadata that is no well-formed Unicode, in a key as in a value", async ({ store }) => {
    for (const metadata of [{ "a\ud800": "v" }, { a: "v\udc00" }]) {
      const [key] = Object.keys(metadata);
      await expectInvalid(
        () => store.append(anAppend({ events: [anEvent({ metadata })] })),
        `appends[0].events[0].metadata[${JSON.stringify(key)}]`,
      );
    }
    expect(await store.head()).toBe(0n);
  });

  test("accepts as many tags as the limit says, and rejects one more", async ({ store, limits }) => {
    const { tagsMax } = limits;
    const tags = Array.from({ length: tagsMax + 1 }, (_, i) => `tag:${i}`);
    const [event] = await roundTrip(store, [anEvent({ tags: tags.slice(1) })]);
    expect(event?.tags).toEqual(tags.slice(1));
    const request = anAppend({ events: [anEvent({ tags })] });
    await expectOverLimit(store, request, "appends[0].events[0].tags", [tagsMax + 1, tagsMax]);
  });

  test("rejects a tag that an event has twice", async ({ store }) => {
    const attempt = () => store.append(anAppend({ events: [anEvent({ tags: ["a", "b", "a"] })] }));
    await expectInvalid(attempt, "appends[0].events[0].tags[2]", { value: /a/, limit: /once/ });
    expect(await store.head()).toBe(0n);
  });

  test("accepts as many events in an append as the limit says, and rejects one more", async ({
    store,
    limits,
  }) => {
    const { eventsMax } = limits;
    const half = Math.floor(eventsMax / 2);
    const split = (count: number): AppendRequest => ({
      appends: [
        anAggregate({ aggregateId: "a", events: someEvents(half) }),
        anAggregate({ aggregateId: "b", events: someEvents(count - half) }),
      ],
    });
    const { lastGlobalNonce, aggregates } = await store.append(split(eventsMax));
    expect(lastGlobalNonce).toBe(BigInt(eventsMax));
    expect(aggregates[1]?.aggregateNonce).toBe(BigInt(eventsMax - half));
    await expectOverLimit(store, split(eventsMax + 1), "appends", [eventsMax + 1, eventsMax]);
  });

  test("accepts as many bytes in an append as the limit says, and rejects one more", async ({
    store,
    limits,
  }) => {
    const { appendBytesMax, payloadBytesMax } = limits;
    const ofSizes = (sizes: number[]): AppendRequest =>
      anAppend({ events: sizes.map((size) => anEvent({ payload: new Uint8Array(size) })) });
    const unlimited = { ...limits, appendBytesMax: Number.POSITIVE_INFINITY };
    const count = Math.ceil(appendBytesMax / payloadBytesMax);
    const namesBytes = validateAppend(ofSizes(Array(count).fill(0)), unlimited).byteCount;
    const ofBytes = (total: number): AppendRequest => {
      const full = Array(count - 1).fill(payloadBytesMax);
      return ofSizes([...full, total - namesBytes - (count - 1) * payloadBytesMax]);
    };
    const { lastGlobalNonce } = await store.append(ofBytes(appendBytesMax));
    expect(lastGlobalNonce).toBe(BigInt(count));
    const over = ofBytes(appendBytesMax + 1);
    await expectOverLimit(store, over, "appends", [appendBytesMax + 1, appendBytesMax]);
  });

  test("rejects an append to no aggregate", async ({ store }) => {
    await expectInvalid(() => store.append({ appends: [] }), "appends", { value: /0/, limit: /1/ });
    expect(await store.head()).toBe(0n);
  });

  test("rejects an append that names an aggregate twice", async ({ store }) => {
    await seed(store, 1);
    const appends = [
      anAggregate({ aggregateId: "a" }),
      anAggregate({ aggregateId: "b" }),
      anAggregate({ aggregateId: "a", events: [] }),
    ];
    const attempt = () => store.append({ appends });
    await expectInvalid(attempt, "appends[2].aggregateId", { value: /a/, limit: /once/ });
    expect(await store.head()).toBe(1n);
  });

  test("rejects versions that are no whole number from 1 to what 32 bits hold", async ({ store }) => {
    for (const eventVersion of [0, -1, 1.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY]) {
      const attempt = () => store.append(anAppend({ events: [anEvent({ eventVersion })] }));
      await expectInvalid(attempt, "appends[0].events[0].eventVersion");
    }
    expect(await store.head()).toBe(0n);
  });

  test("rejects times that lie outside of the years 1 to 9999, and invalid ones", async ({ store }) => {
    for (const occurredAt of [
      new Date("0000-12-31T23:59:59.999Z"),
      new Date("+010000-01-01T00:00:00.000Z"),
      new Date(Number.NaN),
    ]) {
      const attempt = () => store.append(anAppend({ events: [anEvent({ occurredAt })] }));
      await expectInvalid(attempt, "appends[0].events[0].occurredAt", { limit: /year/ });
    }
    expect(await store.head()).toBe(0n);
  });

  test("rejects an expected nonce below 0 or above the largest", async ({ store }) => {
    for (const nonce of [-1n, 2n ** 63n]) {
      const attempt = () => store.append(anAppend({ expected: { kind: "exact", nonce } }));
      await expectInvalid(attempt, "appends[0].expected.nonce", { value: new RegExp(String(nonce)) });
    }
    expect(await store.head()).toBe(0n);
  });

  test("names everything that is wrong with an append at once", async ({ store }) => {
    const events = [anEvent({ eventType: "" }), anEvent({ tags: ["a", "a"] })];
    const attempt = () => store.append(anAppend({ aggregateId: "", events, idempotencyKey: "\n" }));
    for (const field of [
      "idempotencyKey",
      "appends[0].aggregateId",
      "appends[0].events[0].eventType",
      "appends[0].events[1].tags[1]",
    ]) {
      await expectInvalid(attempt, field);
    }
  });
});
