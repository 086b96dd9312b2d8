import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { InternalError } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { decodeEvents, decodeRecordedEvent } from "./decode-events.ts";
import { encodeEvents } from "./encode-events.ts";
import { aRecordedEvent } from "./test-data/recorded-events.ts";

const varint = 0;
const lengthDelimited = 2;
const startGroup = 3;

function eventOf(write: (writer: BinaryWriter) => void): ReturnType<typeof decodeRecordedEvent> {
  const writer = new BinaryWriter();
  write(writer);
  return decodeRecordedEvent(writer.finish());
}

describe("an event", () => {
  test("without any field has the defaults", () => {
    expect(decodeRecordedEvent(new Uint8Array())).toEqual({
      tenantId: "",
      globalNonce: 0n,
      aggregateType: "",
      aggregateId: "",
      aggregateNonce: 0n,
      eventId: "",
      eventType: "",
      eventVersion: 0,
      contentType: "",
      occurredAt: new Date(0),
      recordedAt: new Date(0),
      tags: [],
      metadata: {},
      payload: new Uint8Array(),
    });
  });

  test("has no properties for what is absent, and has them for what is present and empty", () => {
    const absent = eventOf(() => undefined);
    const empty = eventOf((writer) => writer.tag(13, lengthDelimited).string(""));
    expect("correlationId" in absent || "causationId" in absent || "actorId" in absent).toBe(false);
    expect(empty.correlationId).toBe("");
  });

  test("is read from its place among other bytes", () => {
    const event = aRecordedEvent();
    const { bytes } = encodeEvents([event]);
    const length = bytes.length - 3; // after a tag, and a length of two bytes
    expect(bytes[0]).toBe(0x0a);
    const surrounded = new Uint8Array([255, 255, ...bytes.subarray(3), 255]);
    expect(decodeRecordedEvent(surrounded, 2, 2 + length)).toEqual(event);
  });

  test("has a payload that is a view of the batch, so that nothing is copied", () => {
    const { bytes } = encodeEvents([aRecordedEvent()]);
    expect(decodeEvents(bytes)[0]?.payload.buffer).toBe(bytes.buffer);
  });

  test("takes the last of several values, and merges times field by field", () => {
    const event = eventOf((writer) => {
      writer.tag(1, lengthDelimited).string("first").tag(1, lengthDelimited).string("last");
      writer.tag(10, lengthDelimited).fork().tag(1, varint).int64(7n).join();
      writer.tag(10, lengthDelimited).fork().tag(2, varint).int32(5_000_000).join();
    });
    expect(event.tenantId).toBe("last");
    expect(event.occurredAt).toEqual(new Date(7005));
  });

  test("takes an entry of metadata without key or value, and with unknown fields, for what it has", () => {
    const event = eventOf((writer) => {
      writer.tag(16, lengthDelimited).fork().join();
      writer
        .tag(16, lengthDelimited)
        .fork()
        .tag(3, varint)
        .uint32(1)
        .tag(1, lengthDelimited)
        .string("k")
        .join();
    });
    expect(event.metadata).toEqual({ "": "", k: "" });
  });

  test("passes over a known field of another wire type, as over an unknown one", () => {
    const event = eventOf((writer) => {
      writer.tag(1, varint).uint32(5).tag(2, lengthDelimited).string("2").tag(10, varint).uint32(1);
      writer.tag(10, lengthDelimited).fork().tag(1, lengthDelimited).string("x").join();
    });
    expect(event).toEqual(decodeRecordedEvent(new Uint8Array()));
  });

  test("is cut to milliseconds in its times", () => {
    const event = eventOf((writer) => {
      writer
        .tag(10, lengthDelimited)
        .fork()
        .tag(1, varint)
        .int64(-1n)
        .tag(2, varint)
        .int32(999_999_999)
        .join();
    });
    expect(event.occurredAt).toEqual(new Date(-1));
  });
});

describe("what is no event is refused", () => {
  test.each<[string, (writer: BinaryWriter) => void, RegExp]>([
    ["a time after the year 9999", (w) => time(w, 253_402_300_800n, 0), /no time/],
    ["a time before the year 1", (w) => time(w, -62_135_596_801n, 0), /no time/],
    ["a time with too many nanoseconds", (w) => time(w, 0n, 1_000_000_000), /no time/],
    ["a time with negative nanoseconds", (w) => time(w, 0n, -1), /no time/],
    ["a field of number 0", (w) => w.tag(0, varint).uint32(1), /no field 0/],
    ["a wire type that does not exist", (w) => w.uint32((50 << 3) | 6), /no wire type 6/],
    ["the end of a group that has not begun", (w) => w.tag(50, 4), /no wire type 4/],
    ["a group without an end", (w) => w.tag(50, startGroup).tag(1, varint).uint32(1), /end in the middle/],
    ["a group with another's end", (w) => w.tag(50, startGroup).tag(51, 4), /no wire type 4/],
    ["groups in groups without limit", (w) => groups(w, 101), /100 groups/],
    ["a number of eleven bytes", (w) => w.tag(2, varint).raw(new Uint8Array(11).fill(0x80)), /ten bytes/],
    ["a number without an end", (w) => w.tag(2, varint).raw(new Uint8Array([0x80])), /end in the middle/],
    ["a tag above 32 bits", (w) => w.uint64(2n ** 35n), /above 32 bits/],
    ["fixed 32 bits cut short", (w) => w.tag(50, 5).raw(new Uint8Array(3)), /end in the middle/],
    ["fixed 64 bits cut short", (w) => w.tag(50, 1).raw(new Uint8Array(7)), /end in the middle/],
    [
      "a text longer than the event",
      (w) => w.tag(1, lengthDelimited).uint32(1),
      /1 bytes are announced and 0/,
    ],
    ["a text that is no UTF-8", (w) => w.tag(1, lengthDelimited).bytes(new Uint8Array([0xc3])), /UTF-8/],
    [
      "a payload that is longer than 4 GiB",
      (w) => w.tag(17, lengthDelimited).uint64(2n ** 40n),
      /above 32 bits/,
    ],
  ])("%s", (_, write, message) => {
    expect(() => eventOf(write)).toThrow(InternalError);
    expect(() => eventOf(write)).toThrow(message);
  });

  test("a range outside the bytes", () => {
    const bytes = new Uint8Array(4);
    expect(() => decodeRecordedEvent(bytes, 0, 5)).toThrow(/no range|not a range/);
    expect(() => decodeRecordedEvent(bytes, -1, 4)).toThrow(InternalError);
    expect(() => decodeRecordedEvent(bytes, 3, 2)).toThrow(InternalError);
  });

  test("a number that reaches beyond the nested message around it", () => {
    const write = (writer: BinaryWriter): void => {
      writer
        .tag(10, lengthDelimited)
        .bytes(new Uint8Array([0x08, 0x80]))
        .tag(2, varint)
        .uint32(1);
    };
    expect(() => eventOf(write)).toThrow(/end in the middle/);
  });

  test("a nested message that reaches beyond the one around it", () => {
    const entry = new BinaryWriter()
      .tag(1, lengthDelimited)
      .uint32(4)
      .raw(new Uint8Array([97]))
      .finish();
    const write = (writer: BinaryWriter): void => {
      writer.tag(16, lengthDelimited).bytes(entry).tag(1, lengthDelimited).string("acme");
    };
    expect(() => eventOf(write)).toThrow(/4 bytes are announced and 1 are there/);
  });
});

test("a batch passes over what is not its events", () => {
  const event = aRecordedEvent();
  const unknown = new BinaryWriter().tag(2, lengthDelimited).string("x").tag(1, varint).uint32(1).finish();
  const bytes = new Uint8Array([...unknown, ...encodeEvents([event]).bytes, ...unknown]);
  expect(decodeEvents(bytes)).toEqual([event]);
});

function time(writer: BinaryWriter, seconds: bigint, nanos: number): void {
  writer.tag(11, lengthDelimited).fork().tag(1, varint).int64(seconds).tag(2, varint).int32(nanos).join();
}

function groups(writer: BinaryWriter, depth: number): void {
  for (let i = 0; i < depth; i++) writer.tag(50, startGroup);
  for (let i = 0; i < depth; i++) writer.tag(50, 4);
}
