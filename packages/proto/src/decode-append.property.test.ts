import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { anyNames, arbitraryAppendRequest, arbitraryName } from "@leftfold/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendRequestFromWire, appendRequestToWire } from "./convert-append.ts";
import { decodeAppend, decodeAppendBatch, type TenantAppend } from "./decode-append.ts";
import { type AppendRequest, AppendRequestSchema } from "./gen/leftfold/eventstore/v1/append_pb.ts";
import { AppendBatchRequestSchema } from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";

const arbitraryRequest = fc
  .tuple(fc.oneof(arbitraryName(), fc.constant("")), arbitraryAppendRequest(anyNames()))
  .map(([tenantId, request]) => appendRequestToWire(tenantId, request));

function generated(bytes: Uint8Array): TenantAppend {
  return appendRequestFromWire(fromBinary(AppendRequestSchema, bytes));
}

function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

describe("appends are read as the generated code reads them", () => {
  test("whatever they hold", () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const bytes = toBinary(AppendRequestSchema, request);
        expect(decodeAppend(bytes)).toEqual(generated(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test("in batches too", () => {
    fc.assert(
      fc.property(fc.array(arbitraryRequest, { maxLength: 5 }), (appends) => {
        const bytes = toBinary(AppendBatchRequestSchema, create(AppendBatchRequestSchema, { appends }));
        expect(decodeAppendBatch(bytes)).toEqual(appends.map((append) => appendRequestFromWire(append)));
      }),
    );
  });

  test("or not at all, when they are cut, changed, joined, or have fields that are not known", () => {
    const spoil = fc.oneof(
      fc.record({ kind: fc.constant("cut"), at: fc.nat() }),
      fc.record({ kind: fc.constant("change"), at: fc.nat(), to: fc.nat(255) }),
      fc.record({ kind: fc.constant("join"), at: fc.nat() }),
      fc.record({ kind: fc.constant("unknown"), at: fc.nat(40) }),
    );
    let read = 0;
    fc.assert(
      fc.property(arbitraryRequest, spoil, (request, how) => {
        const bytes = spoiled(toBinary(AppendRequestSchema, request), how);
        const append = decoded(() => decodeAppend(bytes));
        if (append !== undefined) expect(append).toEqual(generated(bytes));
        const batch = new BinaryWriter().uint32(0x0a).bytes(bytes).finish();
        expect(decoded(() => decodeAppendBatch(batch))).toEqual(append && [append]);
        if (append !== undefined) read++;
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(100);
  });
});

describe("left to the generated code", () => {
  const field = (tag: number, ...parts: readonly Uint8Array[]) =>
    new BinaryWriter().uint32(tag).bytes(Buffer.concat(parts)).finish();
  const uint = (tag: number, value: number) => new BinaryWriter().uint32(tag).uint64(value).finish();
  const exact = field(0x1a, uint(0x08, 1));
  const inEvent = (...parts: readonly Uint8Array[]) => field(0x12, exact, field(0x22, ...parts));
  const time = (...parts: readonly Uint8Array[]) => field(0x3a, ...parts);

  test.each<[string, Uint8Array]>([
    ["no expectation", field(0x12, field(0x0a))],
    ["two expectations", field(0x12, exact, exact)],
    ["an expectation of nothing", field(0x12, field(0x1a))],
    ["an expectation of two things", field(0x12, field(0x1a, uint(0x08, 1), field(0x12)))],
    ["an expectation that is not known", field(0x12, field(0x1a, field(0x2a)))],
    ["an expectation with a field", field(0x12, field(0x1a, field(0x12, uint(0x08, 1))))],
    ["a field of an aggregate that is not known", field(0x12, exact, uint(0x28, 1))],
    ["two times", inEvent(time(uint(0x08, 1)), time(uint(0x08, 1)))],
    ["a time finer than a millisecond", inEvent(time(uint(0x10, 1)))],
    ["a time that is none", inEvent(time(uint(0x10, 1_000_000_000)))],
    ["a time with a field", inEvent(time(uint(0x18, 1)))],
    ["a field of an event that is not known", inEvent(uint(0x68, 1))],
    ["a condition without a query", field(0x1a, uint(0x10, 1))],
    ["a condition with two queries", field(0x1a, field(0x0a), field(0x0a))],
    ["a query with a field that is not known", field(0x1a, field(0x0a, uint(0x10, 1)))],
    ["an item with a field that is not known", field(0x1a, field(0x0a, field(0x0a, uint(0x28, 1))))],
  ])("is %s", (_, bytes) => {
    // These are messages: whether what they ask for is valid is for others to say.
    const wire: AppendRequest = fromBinary(AppendRequestSchema, bytes);
    expect(wire.appends.length + wire.conditions.length).toBe(1);
    expect(() => decodeAppend(bytes)).toThrow();
  });

  test("is another field of a batch", () => {
    expect(() => decodeAppendBatch(uint(0x10, 1))).toThrow();
  });
});

function spoiled(bytes: Uint8Array, how: { kind: string; at: number; to?: number }): Uint8Array {
  const at = bytes.length === 0 ? 0 : how.at % bytes.length;
  switch (how.kind) {
    case "cut":
      return bytes.slice(0, at);
    case "change": {
      const changed = bytes.slice();
      changed[at] = how.to ?? 0;
      return changed;
    }
    case "join":
      return new Uint8Array(Buffer.concat([bytes, bytes]));
    default: {
      const unknown = new BinaryWriter().tag(5 + how.at, 2).string("new");
      return new Uint8Array(Buffer.concat([bytes, unknown.finish()]));
    }
  }
}
