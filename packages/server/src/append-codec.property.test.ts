import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { InternalError, InvalidArgumentError } from "@leftfold/core";
import {
  AppendBatchRequestSchema,
  AppendBatchResponseSchema,
  AppendRequestSchema,
  AppendResponseSchema,
  appendOutcomeToWire,
  appendRequestFromWire,
  appendRequestToWire,
  appendResultToWire,
} from "@leftfold/proto";
import { anyNames, arbitraryAppendRequest, arbitraryName } from "@leftfold/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendBatchFrame, appendFrame } from "./append-frames.ts";
import { enveloped } from "./grpc-plain.ts";
import { readAppendBatchRequest, readAppendRequest } from "./read-append-request.ts";

const arbitraryRequest = fc
  .tuple(fc.oneof(arbitraryName(), fc.constant("")), arbitraryAppendRequest(anyNames()))
  .map(([tenantId, request]) => appendRequestToWire(tenantId, request));

/** What comes of reading: the message as plain data, or that there is none. */
function outcome<T>(read: () => T): unknown {
  try {
    return structuredClone({ ...read() });
  } catch (error) {
    return String(error);
  }
}

describe("requests are read as the generated code reads them", () => {
  test("whatever they hold", () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const bytes = toBinary(AppendRequestSchema, request);
        const read = readAppendRequest(bytes);
        expect(toBinary(AppendRequestSchema, read)).toEqual(bytes);
        expect(appendRequestFromWire(read)).toEqual(
          appendRequestFromWire(fromBinary(AppendRequestSchema, bytes)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("in batches too", () => {
    fc.assert(
      fc.property(fc.array(arbitraryRequest, { maxLength: 5 }), (appends) => {
        const bytes = toBinary(AppendBatchRequestSchema, create(AppendBatchRequestSchema, { appends }));
        expect(toBinary(AppendBatchRequestSchema, readAppendBatchRequest(bytes))).toEqual(bytes);
      }),
    );
  });

  test("cut, changed, joined, and with fields that are not known", () => {
    const spoil = fc.oneof(
      fc.record({ kind: fc.constant("cut"), at: fc.nat() }),
      fc.record({ kind: fc.constant("change"), at: fc.nat(), to: fc.nat(255) }),
      fc.record({ kind: fc.constant("join"), at: fc.nat() }),
      fc.record({ kind: fc.constant("unknown"), at: fc.nat(40) }),
    );
    fc.assert(
      fc.property(arbitraryRequest, spoil, (request, how) => {
        const bytes = spoiled(toBinary(AppendRequestSchema, request), how);
        const expected = outcome(() => fromBinary(AppendRequestSchema, bytes));
        const read = outcome(() => readAppendRequest(bytes));
        if (typeof expected === "string") expect(read).toBe(expected);
        else {
          expect(appendRequestOf(() => readAppendRequest(bytes))).toEqual(
            appendRequestOf(() => fromBinary(AppendRequestSchema, bytes)),
          );
        }
        const batch = new BinaryWriter().uint32(0x0a).bytes(bytes).finish();
        expect(outcome(() => readAppendBatchRequest(batch).appends.length)).toEqual(
          outcome(() => fromBinary(AppendBatchRequestSchema, batch).appends.length),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

function appendRequestOf(read: () => Parameters<typeof appendRequestFromWire>[0]): unknown {
  try {
    return appendRequestFromWire(read());
  } catch (error) {
    return String(error);
  }
}

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
      return Buffer.concat([bytes, bytes]);
    default:
      return Buffer.concat([
        bytes,
        new BinaryWriter()
          .tag(5 + how.at, 2)
          .string("new")
          .finish(),
      ]);
  }
}

describe("answers are written as the generated code writes them", () => {
  const nonce = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }));
  const result = fc.record({
    firstGlobalNonce: nonce,
    lastGlobalNonce: nonce,
    aggregates: fc.array(
      fc.record({
        aggregateType: fc.oneof(fc.string({ unit: "grapheme" }), arbitraryName()),
        aggregateId: fc.oneof(arbitraryName(), fc.constant("x".repeat(70_000)), fc.constant("ä".repeat(60))),
        aggregateNonce: nonce,
      }),
      { maxLength: 3 },
    ),
    replayed: fc.boolean(),
  });

  test("for one append", () => {
    fc.assert(
      fc.property(result, (given) => {
        const response = appendResultToWire(given);
        expect(Buffer.from(appendFrame(response))).toEqual(
          Buffer.from(enveloped(toBinary(AppendResponseSchema, response))),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("for batches", () => {
    const failure = fc.constantFrom(
      new InternalError({ errorId: "e" }),
      new InvalidArgumentError([{ field: "f", value: "v".repeat(500), limit: "l" }]),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(result, failure), { maxLength: 6 }), (outcomes) => {
        const response = create(AppendBatchResponseSchema, { outcomes: outcomes.map(appendOutcomeToWire) });
        expect(Buffer.from(appendBatchFrame(response))).toEqual(
          Buffer.from(enveloped(toBinary(AppendBatchResponseSchema, response))),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("for a batch that is larger than what is kept, and for the one after it", () => {
    const given = { firstGlobalNonce: 1n, lastGlobalNonce: 1n, replayed: false };
    const aggregates = Array.from({ length: 10 }, () => ({
      aggregateType: "T",
      aggregateId: "i".repeat(200_000),
      aggregateNonce: 2n ** 60n,
    }));
    for (const heads of [aggregates, aggregates.slice(0, 0)]) {
      const outcomes = [appendOutcomeToWire({ ...given, aggregates: heads })];
      const response = create(AppendBatchResponseSchema, { outcomes });
      const expected = enveloped(toBinary(AppendBatchResponseSchema, response));
      expect(Buffer.compare(appendBatchFrame(response), expected)).toBe(0);
    }
  });
});
