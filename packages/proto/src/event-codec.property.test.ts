import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { InternalError, type RecordedEvent } from "@leftfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordedEventFromWire, recordedEventToWire } from "./convert-event.ts";
import { decodeEvents, decodeRecordedEvent } from "./decode-events.ts";
import { EventEncoder, encodeEnvelope, encodeEvents } from "./encode-events.ts";
import { RecordedEventSchema } from "./gen/leftfold/eventstore/v1/event_pb.ts";
import { EventBatchSchema } from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";
import { arbitraryEncoding } from "./test-data/encodings.ts";
import { arbitraryRecordedEvent } from "./test-data/recorded-events.ts";

const event = arbitraryRecordedEvent();
const events = fc.array(event, { maxLength: 5 });

describe("encoding", () => {
  test("gives the same bytes as the generated code", () => {
    fc.assert(
      fc.property(events, (events) => {
        const message = {
          $typeName: "leftfold.eventstore.v1.EventBatch" as const,
          events: events.map(recordedEventToWire),
        };
        const { bytes, count, lastGlobalNonce } = encodeEvents(events);
        expect(Buffer.from(bytes).toString("hex")).toBe(
          Buffer.from(toBinary(EventBatchSchema, message)).toString("hex"),
        );
        expect({ count, lastGlobalNonce }).toEqual({
          count: events.length,
          lastGlobalNonce: events.at(-1)?.globalNonce ?? 0n,
        });
      }),
      { numRuns: 1000 },
    );
  });

  test("gives an envelope that makes one element of a batch when the payload follows it", () => {
    fc.assert(
      fc.property(event, (event) => {
        const joined = Buffer.concat([encodeEnvelope(event), event.payload]);
        expect(joined.equals(encodeEvents([event]).bytes)).toBe(true);
      }),
    );
  });
});

describe("encoding one after another", () => {
  const encoder = new EventEncoder();

  test("gives the same bytes as all at once, and says where each payload begins", () => {
    fc.assert(
      fc.property(events, (events) => {
        encoder.begin();
        const envelopeBytes = events.map((event) => encoder.add(event));
        expect(Buffer.from(encoder.view()).equals(encodeEvents(events).bytes)).toBe(true);
        expect(envelopeBytes).toEqual(events.map((event) => encodeEnvelope(event).length));
      }),
    );
  });

  test("begins anew whatever became of the last time", () => {
    const [good] = fc.sample(event, 1) as [RecordedEvent];
    encoder.begin();
    encoder.add(good);
    expect(() => encoder.add({ ...good, recordedAt: new Date(Number.NaN) })).toThrow(RangeError);
    encoder.begin();
    encoder.add(good);
    expect(Buffer.from(encoder.view()).equals(encodeEvents([good]).bytes)).toBe(true);
  });
});

describe("decoding", () => {
  test("gives back the events that were encoded", () => {
    fc.assert(
      fc.property(events, (events) => {
        expect(decodeEvents(encodeEvents(events).bytes)).toEqual(events);
      }),
      { numRuns: 1000 },
    );
  });

  test("takes Node's buffers as well, from anywhere in them, and gives plain arrays of bytes", () => {
    fc.assert(
      fc.property(event, (event) => {
        const { bytes } = encodeEvents([event]);
        const surrounded = Buffer.concat([Buffer.from("before"), bytes, Buffer.from("after")]);
        const decoded = decodeEvents(surrounded.subarray(6, 6 + bytes.length));
        expect(decoded).toEqual([event]);
        expect(decoded[0]?.payload.constructor).toBe(Uint8Array);
      }),
    );
  });

  test("reads any valid encoding as the generated code does: any order, repetitions, unknown fields", () => {
    fc.assert(
      fc.property(arbitraryEncoding(event), (bytes) => {
        const read = fromBinary(RecordedEventSchema, bytes);
        expect(decodeRecordedEvent(bytes)).toEqual(recordedEventFromWire(read));
      }),
      { numRuns: 1000 },
    );
  });

  test("of a batch that was cut gives the events before the cut, or an error, and never another event", () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 3 }), (events) => {
        const { bytes } = encodeEvents(events);
        // Every place in an envelope; of long texts and payloads, which are all alike, only some.
        const step = Math.max(1, Math.floor(bytes.length / 400));
        for (let cut = 0; cut < bytes.length; cut += step) {
          const decoded = decodedOrError(bytes.subarray(0, cut));
          if (decoded instanceof InternalError) continue;
          expect(decoded.length).toBeLessThan(events.length);
          expect(decoded).toEqual(events.slice(0, decoded.length));
        }
      }),
      { numRuns: 50 },
    );
  });

  test("of a batch with damaged bytes ends, in events or in an error that says so", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(event, damage, (event, damage) => {
        const { bytes } = encodeEvents([event]);
        for (const [place, byte] of damage) bytes[place % bytes.length] = byte;
        const decoded = decodedOrError(bytes);
        if (decoded instanceof InternalError) expect(decoded.message).toContain("cannot be read");
      }),
      { numRuns: 1000 },
    );
  });
});

/** Whatever is thrown that is not the error for malformed bytes fails the test. */
function decodedOrError(bytes: Uint8Array): ReturnType<typeof decodeEvents> | InternalError {
  try {
    return decodeEvents(bytes);
  } catch (error) {
    if (error instanceof InternalError) return error;
    throw error;
  }
}
