import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { InternalError, InvalidArgumentError } from "@leftfold/core";
import { anyNames, arbitraryAppendRequest, arbitraryName } from "@leftfold/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendRequestToWire } from "./convert-append.ts";
import { appendOutcomeFromWire, appendOutcomeToWire } from "./convert-outcome.ts";
import { encodeAppend } from "./encode-append.ts";
import {
  AppendBatchRequestSchema,
  type AppendBatchResponse,
  AppendBatchResponseSchema,
} from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";
import { appendOutcomesOf, rawAppendBatch } from "./raw-appends.ts";
import { rawResponse } from "./raw-responses.ts";

const tenantId = fc.oneof(arbitraryName(), fc.constant(""));
const tenantAppend = fc.tuple(tenantId, arbitraryAppendRequest(anyNames()));

describe("a batch of appends", () => {
  test("is the message that the generated code writes, byte for byte", () => {
    fc.assert(
      fc.property(fc.array(tenantAppend, { maxLength: 4 }), (given) => {
        const appends = given.map(([tenant, request]) => appendRequestToWire(tenant, request));
        const raw = rawAppendBatch(given.map(([tenant, request]) => encodeAppend(tenant, request)));
        const expected = toBinary(AppendBatchRequestSchema, create(AppendBatchRequestSchema, { appends }));
        expect(Buffer.from(toBinary(EmptySchema, raw))).toEqual(Buffer.from(expected));
      }),
      { numRuns: 500 },
    );
  });

  test.each([0, 1, 60, 127, 128, 16_300, 16_383, 16_384, 2_100_000])(
    "keeps its lengths with a payload of %i bytes",
    (length) => {
      const event = { eventType: "E", contentType: "c", payload: new Uint8Array(length).fill(7) };
      const occurredAt = new Date(-1);
      const request = {
        appends: [
          { aggregateType: "T", aggregateId: "i", expected: { kind: "any" } as const, events: [event] },
          {
            aggregateType: "T",
            aggregateId: "j",
            expected: { kind: "any" } as const,
            events: [{ ...event, occurredAt }],
          },
        ],
      };
      const raw = rawAppendBatch([encodeAppend("t", request)]);
      const appends = [appendRequestToWire("t", request)];
      const expected = toBinary(AppendBatchRequestSchema, create(AppendBatchRequestSchema, { appends }));
      expect(Buffer.compare(toBinary(EmptySchema, raw), expected)).toBe(0);
    },
  );
});

describe("the outcomes of a batch", () => {
  const nonce = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }));
  const head = fc.record({
    aggregateType: fc.oneof(fc.string({ unit: "grapheme" }), arbitraryName()),
    aggregateId: arbitraryName(),
    aggregateNonce: nonce,
  });
  const result = fc.record({
    firstGlobalNonce: nonce,
    lastGlobalNonce: nonce,
    aggregates: fc.array(head, { maxLength: 3 }),
    replayed: fc.boolean(),
  });
  const failure = fc.constantFrom(
    new InternalError({ errorId: "e" }),
    new InvalidArgumentError([{ field: "f", value: "v", limit: "l" }]),
  );
  const responses = fc
    .array(fc.oneof(result, failure), { maxLength: 6 })
    .map((outcomes) => create(AppendBatchResponseSchema, { outcomes: outcomes.map(appendOutcomeToWire) }));

  function expectRead(bytes: Uint8Array): void {
    const expected = fromBinary(AppendBatchResponseSchema, bytes).outcomes.map(appendOutcomeFromWire);
    expect(appendOutcomesOf(rawResponse(bytes))).toEqual(expected);
    expect(appendOutcomesOf(fromBinary(EmptySchema, bytes))).toEqual(expected);
  }

  test("are read as the generated code reads them, from bytes and from unknown fields", () => {
    fc.assert(
      fc.property(responses, (response) => expectRead(toBinary(AppendBatchResponseSchema, response))),
      { numRuns: 300 },
    );
  });

  test("may hold fields of a newer server, at any depth, and parts that come twice", () => {
    const unknown = new BinaryWriter().tag(9, 0).uint32(7).finish();
    const nested = (...parts: Uint8Array[]) => new BinaryWriter().uint32(0x0a).bytes(join(parts)).finish();
    const first = new BinaryWriter().uint32(0x08).uint64(5n).finish();
    const aggregate = new BinaryWriter().uint32(0x1a).bytes(unknown).finish();
    expectRead(join([unknown, nested(nested(first, unknown, aggregate))]));
    expectRead(nested(nested(first), unknown));
    expectRead(nested(nested(first), nested(aggregate)));
  });

  test("that say nothing are errors, each for its append", () => {
    const nothing = new BinaryWriter().uint32(0x0a).bytes(new Uint8Array()).finish();
    const [first, second, none] = appendOutcomesOf(rawResponse(join([nothing, nothing])));
    for (const outcome of [first, second])
      expect(outcome).toMatchObject({ message: "The server answered without an outcome for this append." });
    expect(none).toBeUndefined();
  });

  test("that are cut are an error", () => {
    const accepted = { firstGlobalNonce: 300n, lastGlobalNonce: 300n, aggregates: [], replayed: false };
    const response: AppendBatchResponse = create(AppendBatchResponseSchema, {
      outcomes: [appendOutcomeToWire(accepted)],
    });
    const bytes = toBinary(AppendBatchResponseSchema, response);
    for (let length = 1; length < bytes.length; length++) {
      expect(() => appendOutcomesOf(rawResponse(bytes.subarray(0, length)))).toThrow();
    }
  });
});

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
