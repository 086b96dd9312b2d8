import { toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { recordedEventToWire } from "./convert-event.ts";
import { decodeEvents } from "./decode-events.ts";
import { encodeEnvelope, encodeEvents } from "./encode-events.ts";
import { RecordedEventSchema } from "./gen/leftfold/eventstore/v1/event_pb.ts";
import { aRecordedEvent } from "./test-data/recorded-events.ts";

describe("lengths that take one byte more or less than guessed", () => {
  const sizes = [0, 1, 100, 127, 128, 255, 256, 16_000, 16_383, 16_384, 2_097_151, 2_097_152];

  test.each(sizes)(
    "a payload of %i bytes",
    (size) => {
      const bare = aRecordedEvent({ metadata: {}, tags: [], payload: new Uint8Array(size).fill(1) });
      // Around the point where the event's own length gets longer.
      for (let chars = 0; chars < 255; chars += 5) expectCanonical({ ...bare, actorId: "a".repeat(chars) });
    },
    120_000,
  );

  test.each(sizes)("an entry of metadata of %i bytes", (size) => {
    expectCanonical(aRecordedEvent({ metadata: { k: "v".repeat(size), ä: "ü".repeat(size / 2) } }));
  });

  test("a text that fills the buffer to its end", () => {
    expectCanonical(aRecordedEvent({ metadata: { k: "訂".repeat(800_000) }, payload: new Uint8Array() }));
  });

  test.each([42, 43, 63, 64, 65, 127, 128, 5461, 5462])("a text of %i characters of three bytes", (chars) => {
    expectCanonical(aRecordedEvent({ aggregateId: "訂".repeat(chars) }));
  });
});

function expectCanonical(event: ReturnType<typeof aRecordedEvent>): void {
  const expected = toBinary(RecordedEventSchema, recordedEventToWire(event));
  const element = encodeEvents([event]).bytes;
  expect(Buffer.from(element.subarray(element.length - expected.length)).equals(expected)).toBe(true);
  expect(decodeEvents(element).map(comparable)).toEqual([comparable(event)]);
}

/** With the payload as one value: comparing megabytes one by one takes seconds. */
function comparable({ payload, ...fields }: ReturnType<typeof aRecordedEvent>): unknown {
  return { ...fields, payload: Buffer.from(payload).toString("latin1") };
}

test("an event without a payload ends with its envelope", () => {
  const event = aRecordedEvent({ payload: new Uint8Array() });
  expect(encodeEnvelope(event)).toEqual(encodeEvents([event]).bytes);
});

test("what was encoded stays as it is when something else is encoded", () => {
  const first = encodeEnvelope(aRecordedEvent());
  const copy = first.slice();
  encodeEvents([aRecordedEvent({ tenantId: "other", payload: new Uint8Array(3_000_000) })]);
  encodeEnvelope(aRecordedEvent({ tenantId: "another" }));
  expect(first).toEqual(copy);
});

test("after an event that cannot be encoded the next one is encoded as ever", () => {
  const event = aRecordedEvent();
  const { bytes } = encodeEvents([event]);
  expect(() => encodeEvents([aRecordedEvent({ occurredAt: new Date(Number.NaN) })])).toThrow(RangeError);
  expect(encodeEvents([event]).bytes).toEqual(bytes);
});

test.each([-1n, 2n ** 64n, -(2n ** 70n)])("a nonce of %s does not fit the wire", (globalNonce) => {
  expect(() => encodeEvents([aRecordedEvent({ globalNonce })])).toThrow(RangeError);
});
