import type { ProposedEvent } from "@leftfold/core";
import { expect } from "vitest";
import { collect } from "../../builders/collect.ts";
import { anAppend, anEvent, someEvents, uniqueEventId } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { roundTrip } from "../round-trip.ts";
import { anOrder, streamOf, wholeLog } from "../shorthand.ts";

const bytes = (length: number, at: (index: number) => number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => at(i));

export const appendRecording: ContractArea = contractArea("append: what is recorded", (test) => {
  test("fills in what the writer leaves out, and keeps absent what has no default", async ({
    store,
    tenantId,
  }) => {
    const payload = new Uint8Array([1, 2, 3]);
    await store.append(anAppend({ events: [{ eventType: "Minimal", payload, contentType: "text/plain" }] }));
    const [event] = await wholeLog(store);
    expect(event?.recordedAt).toBeInstanceOf(Date);
    expect(event).toStrictEqual({
      tenantId,
      ...anOrder,
      globalNonce: 1n,
      aggregateNonce: 1n,
      eventId: event?.eventId,
      eventType: "Minimal",
      eventVersion: 1,
      contentType: "text/plain",
      occurredAt: event?.recordedAt,
      recordedAt: event?.recordedAt,
      tags: [],
      metadata: {},
      payload,
    });
  });

  test("keeps every field that the writer gives", async ({ store, tenantId }) => {
    const full: ProposedEvent = {
      eventType: "OrderPlaced",
      payload: new TextEncoder().encode('{"total":42}'),
      contentType: "application/json; charset=utf-8",
      eventId: uniqueEventId(),
      eventVersion: 7,
      tags: ["course:c1", "b", "a"],
      occurredAt: new Date("2024-02-29T12:34:56.789Z"),
      correlationId: "correlation 1",
      causationId: "causation 1",
      actorId: "user:42",
      metadata: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", empty: "" },
    };
    await store.append(anAppend({ events: [full] }));
    const [event] = await wholeLog(store);
    const nonces = { globalNonce: 1n, aggregateNonce: 1n };
    expect(event).toStrictEqual({ tenantId, ...anOrder, ...nonces, ...full, recordedAt: event?.recordedAt });
  });

  test("shows an event alike in every way to read it", async ({ store, follow }) => {
    await store.append(anAppend({ events: [anEvent({ tags: ["t"], correlationId: "c" }), anEvent()] }));
    const forwards = await wholeLog(store);
    expect(await streamOf(store)).toStrictEqual(forwards);
    expect(await collect(store.readAll({ direction: "backwards" }))).toStrictEqual(forwards.toReversed());
    expect(await collect(store.readAll({ query: { anyOf: [{}] } }))).toStrictEqual(forwards);
    const backwards = store.readStream({ ...anOrder, direction: "backwards" });
    expect(await collect(backwards)).toStrictEqual(forwards.toReversed());
    expect(await follow().untilEvents(2)).toStrictEqual(forwards);
  });

  for (const [words, payload] of [
    ["no bytes", new Uint8Array()],
    ["every value of a byte", bytes(256, (i) => i)],
    ["zeros only", new Uint8Array(1000)],
    ["what looks like escapes", new TextEncoder().encode("\\x00\\\\\\N\t\r\n'\"$1\\.\u0000")],
    ["bytes that are no UTF-8", new Uint8Array([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])],
    ["a part of a larger buffer", bytes(300, (i) => i).subarray(17, 211)],
    ["1 MiB", bytes(1024 * 1024, (i) => (i * 31) ^ (i >> 8))],
  ] as const) {
    test(`keeps a payload of ${words} to the byte`, async ({ store }) => {
      const [event] = await roundTrip(store, [anEvent({ payload, contentType: "application/octet-stream" })]);
      expect(event?.payload).toBeInstanceOf(Uint8Array);
      expect(event?.payload.byteLength).toBe(payload.byteLength);
      expect(Buffer.compare(event!.payload, payload)).toBe(0);
    });
  }

  test("does not change a record when the writer uses the payload's buffer again", async ({ store }) => {
    const payload = new Uint8Array([1, 2, 3]);
    await store.append(anAppend({ events: [anEvent({ payload })] }));
    payload.fill(9);
    const [first] = await wholeLog(store);
    expect([...first!.payload]).toEqual([1, 2, 3]);
  });

  test("does not change a record when a reader writes into the payload it got", async ({ store }) => {
    await store.append(anAppend({ events: [anEvent({ payload: new Uint8Array([1, 2, 3]) })] }));
    const [first] = await wholeLog(store);
    first!.payload.fill(9);
    const [again] = await wholeLog(store);
    expect([...again!.payload]).toEqual([1, 2, 3]);
  });

  for (const time of [
    "1970-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
    "2024-02-29T23:59:59.001Z",
    "0001-01-01T00:00:00.000Z",
    "0001-01-01T00:00:00.001Z",
    "0099-06-15T12:00:00.500Z",
    "1582-10-10T00:00:00.123Z",
    "9999-12-31T23:59:59.999Z",
  ]) {
    test(`keeps the time ${time} to the millisecond`, async ({ store }) => {
      const [event] = await roundTrip(store, [anEvent({ occurredAt: new Date(time) })]);
      expect(event?.occurredAt.toISOString()).toBe(time);
    });
  }

  test("keeps metadata exactly, whatever its keys and values look like", async ({ store }) => {
    const metadata: Record<string, string> = {
      "": "an empty key",
      "an empty value": "",
      "line\nbreak\ttab": "\r\n\t\u0001",
      "quotes\"'\\": `{"json":"\\u0000"}`,
      "ключ 键 🗝": "значение 值 🎁",
      constructor: "not the constructor",
      toString: "not a function",
      ["__proto__"]: "not the prototype",
      "1": "a number as a key",
    };
    const [event] = await roundTrip(store, [anEvent({ metadata })]);
    expect(Object.entries(event!.metadata).sort()).toStrictEqual(Object.entries(metadata).sort());
  });

  test("keeps tags in their order, whatever they look like", async ({ store }) => {
    const tags = [
      "z",
      "a",
      "Z",
      "course:c1",
      "{a,b}",
      '"',
      "\\",
      "NULL",
      "null",
      " ",
      "ü",
      "u\u0308",
      "🎓",
      "%_",
    ];
    const [event] = await roundTrip(store, [anEvent({ tags })]);
    expect(event?.tags).toStrictEqual(tags);
  });

  test("keeps versions up to the largest", async ({ store }) => {
    const versions = [1, 2, 32_768, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
    const events = await roundTrip(
      store,
      versions.map((eventVersion) => anEvent({ eventVersion })),
    );
    expect(events.map(({ eventVersion }) => eventVersion)).toEqual(versions);
  });

  test("keeps the differences between neighbours in one append", async ({ store }) => {
    const variants: ProposedEvent[] = [
      anEvent(),
      anEvent({ correlationId: "c" }),
      anEvent({ causationId: "c" }),
      anEvent({ actorId: "c" }),
      anEvent({ metadata: { a: "b" } }),
      anEvent({ tags: ["t"] }),
      anEvent({ tags: ["t", "u"], metadata: { b: "a" }, actorId: "d" }),
      ...someEvents(3),
    ];
    const events = await roundTrip(store, variants);
    events.forEach((event, i) => {
      const { correlationId, causationId, actorId, metadata = {}, tags = [] } = variants[i]!;
      expect(event).toMatchObject({ metadata, tags });
      expect([event.correlationId, event.causationId, event.actorId]).toEqual([
        correlationId,
        causationId,
        actorId,
      ]);
      expect("correlationId" in event).toBe(correlationId !== undefined);
    });
  });
});
