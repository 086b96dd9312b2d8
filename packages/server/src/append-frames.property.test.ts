import { create, toBinary } from "@bufbuild/protobuf";
import { InternalError, InvalidArgumentError } from "@leftfold/core";
import {
  AppendBatchResponseSchema,
  AppendResponseSchema,
  appendOutcomeToWire,
  appendResultToWire,
} from "@leftfold/proto";
import { arbitraryName } from "@leftfold/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendBatchFrame, appendFrame } from "./append-frames.ts";
import { enveloped } from "./grpc-plain.ts";

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
        expect(Buffer.from(appendFrame(given))).toEqual(
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
        expect(Buffer.from(appendBatchFrame(outcomes))).toEqual(
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
      const result = { ...given, aggregates: heads };
      const response = create(AppendBatchResponseSchema, { outcomes: [appendOutcomeToWire(result)] });
      const expected = enveloped(toBinary(AppendBatchResponseSchema, response));
      expect(Buffer.compare(appendBatchFrame([result]), expected)).toBe(0);
    }
  });
});
