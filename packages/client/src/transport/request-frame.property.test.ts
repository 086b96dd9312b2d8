import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { EventStoreService } from "@leftfold/proto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { framed } from "./grpc-frame.ts";
import { requestFrame } from "./request-frame.ts";

/** What the generated code writes, in its envelope. */
function general<I extends DescMessage>(input: I, request: MessageInitShape<I>): Buffer {
  return framed(toBinary(input, create(input, request)));
}

/** A field of bytes with its length in front, as unknown fields hold them. */
const field = fc.record({
  no: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 15 }) },
    fc.constantFrom(16, 2_047, 536_870_911),
  ),
  wireType: fc.constant(2),
  data: fc.uint8Array({ maxLength: 120 }).map((bytes) => new Uint8Array([bytes.length, ...bytes])),
});

test("writes fields that a message does not know as the generated code does, byte for byte", () => {
  fc.assert(
    fc.property(fc.array(field, { maxLength: 8 }), ($unknown) => {
      const request = { $typeName: "google.protobuf.Empty" as const, $unknown };
      expect(requestFrame(EmptySchema, request)).toEqual(general(EmptySchema, request));
    }),
    { numRuns: 500 },
  );
});

test("leaves a message with fields of its own, and an empty one, to the generated code", () => {
  const { input } = EventStoreService.method.getHead;
  expect(requestFrame(input, { tenantId: "shop" })).toEqual(general(input, { tenantId: "shop" }));
  expect(requestFrame(EmptySchema, {})).toEqual(Buffer.alloc(5));
});
