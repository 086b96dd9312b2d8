import { create, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { type Client, createClient, createRouterTransport, type Transport } from "@connectrpc/connect";
import type { FollowMessage, RecordedEvent } from "@leftfold/core";
import { collect } from "@leftfold/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordedEventFromWire } from "./convert-event.ts";
import { encodeEvents } from "./encode-events.ts";
import type { EncodedBatch } from "./encoded-batch.ts";
import { readAllResponseOf, readStreamResponseOf, subscribeResponseOf } from "./encoded-responses.ts";
import {
  EventStoreService,
  ReadAllResponseSchema,
  ReadStreamResponseSchema,
  type SubscribeResponse,
  SubscribeResponseSchema,
} from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";
import { RawEventStoreService } from "./raw-event-store-service.ts";
import { eventsOf, followMessageOf } from "./raw-responses.ts";
import { aRecordedEvent, arbitraryRecordedEvent } from "./test-data/recorded-events.ts";
import { wireEncodingOf } from "./wire-encoding.ts";

const batches = fc.array(fc.array(arbitraryRecordedEvent(), { minLength: 1, maxLength: 3 }), {
  maxLength: 3,
});
const nonce = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const messages: fc.Arbitrary<FollowMessage<RecordedEvent[]>[]> = fc.array(
  fc.oneof(
    fc
      .array(arbitraryRecordedEvent(), { minLength: 1, maxLength: 3 })
      .map((batch) => ({ kind: "batch" as const, batch })),
    nonce.map((globalNonce) => ({ kind: "checkpoint" as const, globalNonce })),
    nonce.map((globalNonce) => ({ kind: "caughtUp" as const, globalNonce })),
  ),
  { maxLength: 4 },
);

function encoded(message: FollowMessage<RecordedEvent[]>): FollowMessage<EncodedBatch> {
  return message.kind === "batch" ? { kind: "batch", batch: encodeEvents(message.batch) } : message;
}

/**
 * A server that gives the same batches and messages to every caller, through all of Connect but the sockets.
 */
function serving(
  batches: readonly RecordedEvent[][],
  messages: readonly FollowMessage<RecordedEvent[]>[],
  useBinaryFormat: boolean,
): Transport {
  return createRouterTransport(
    ({ service }) => {
      service(EventStoreService, {
        async *readStream(_, { requestHeader }) {
          const encoding = wireEncodingOf(requestHeader.get("content-type"));
          for (const batch of batches) yield readStreamResponseOf(encodeEvents(batch), encoding);
        },
        async *readAll(_, { requestHeader }) {
          const encoding = wireEncodingOf(requestHeader.get("content-type"));
          for (const batch of batches) yield readAllResponseOf(encodeEvents(batch), encoding);
        },
        async *subscribe(_, { requestHeader }) {
          const encoding = wireEncodingOf(requestHeader.get("content-type"));
          for (const message of messages) yield subscribeResponseOf(encoded(message), encoding);
        },
        getHead: () => ({ globalNonce: 7n }),
      });
    },
    { transport: { useBinaryFormat } },
  );
}

describe.each([
  ["binary", true],
  ["JSON", false],
])("a client of the generated service, in %s", (_, useBinaryFormat) => {
  test("gets the events of every batch", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (batches) => {
        const client = createClient(EventStoreService, serving(batches, [], useBinaryFormat));
        for (const responses of [await collect(client.readAll({})), await collect(client.readStream({}))]) {
          expect(responses.map(({ events }) => events.map(recordedEventFromWire))).toEqual(batches);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("gets the messages of a subscription", async () => {
    await fc.assert(
      fc.asyncProperty(messages, async (messages) => {
        const client = createClient(EventStoreService, serving([], messages, useBinaryFormat));
        const responses = await collect(client.subscribe({}));
        expect(responses.map(messageOf)).toEqual(messages);
      }),
      { numRuns: 50 },
    );
  });
});

function messageOf({ message }: SubscribeResponse): unknown {
  switch (message.case) {
    case "batch":
      return { kind: "batch", batch: message.value.events.map(recordedEventFromWire) };
    case "checkpoint":
    case "caughtUp":
      return { kind: message.case, globalNonce: message.value };
    case undefined:
      return undefined;
  }
}

describe("a client of the raw service", () => {
  test("gets the events of every batch", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (batches) => {
        const client = createClient(RawEventStoreService, serving(batches, [], true));
        for (const responses of [await collect(client.readAll({})), await collect(client.readStream({}))]) {
          expect(responses.map(eventsOf)).toEqual(batches);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("gets the messages of a subscription", async () => {
    await fc.assert(
      fc.asyncProperty(messages, async (messages) => {
        const client = createClient(RawEventStoreService, serving([], messages, true));
        expect((await collect(client.subscribe({}))).map(followMessageOf)).toEqual(messages);
      }),
      { numRuns: 50 },
    );
  });

  test("is told so when it reads as JSON, where events would vanish", async () => {
    const batch = [aRecordedEvent()];
    const transport = serving([batch], [{ kind: "batch", batch }], false);
    const client: Client<typeof RawEventStoreService> = createClient(RawEventStoreService, transport);
    const [response] = await collect(client.readAll({}));
    const [message] = await collect(client.subscribe({}));
    expect(() => eventsOf(response!)).toThrow(/binary format/);
    expect(() => followMessageOf(message!)).toThrow(/binary format/);
  });

  test("has the unary calls as they are", async () => {
    const client = createClient(RawEventStoreService, serving([], [], true));
    expect(await client.getHead({})).toMatchObject({ globalNonce: 7n });
  });
});

test("a response serialises to the batch's own bytes", () => {
  const batch = encodeEvents([aRecordedEvent(), aRecordedEvent({ globalNonce: 2n })]);
  expect(toBinary(ReadAllResponseSchema, readAllResponseOf(batch, "binary"))).toEqual(batch.bytes);
  expect(toBinary(ReadStreamResponseSchema, readStreamResponseOf(batch, "binary"))).toEqual(batch.bytes);
});

test("a response in JSON has the fields that the .proto files name", () => {
  const response = readAllResponseOf(encodeEvents([aRecordedEvent()]), "json");
  const json = toJson(ReadAllResponseSchema, response);
  expect(json).toMatchObject({ events: [{ tenantId: "acme", globalNonce: "1000042" }] });
  expect(fromJson(ReadAllResponseSchema, json)).toEqual(response);
});

describe("a raw response", () => {
  test("passes over what it does not know", () => {
    const event = aRecordedEvent();
    const [field] = readAllResponseOf(encodeEvents([event]), "binary").$unknown!;
    const response = create(EmptySchema);
    response.$unknown = [
      { no: 9, wireType: 2, data: new Uint8Array([0]) },
      { no: 1, wireType: 0, data: new Uint8Array([1]) },
      field!,
    ];
    expect(eventsOf(response)).toEqual([event]);
    expect(followMessageOf({ ...response, $unknown: response.$unknown.slice(0, 2) })).toBeUndefined();
  });

  test("that says several things means the last, and joins the parts of a batch", () => {
    const [one, two] = [aRecordedEvent(), aRecordedEvent({ globalNonce: 2n })];
    const fields = [one, two].map((event) => {
      const batch = { kind: "batch" as const, batch: encodeEvents([event]) };
      const bytes = toBinary(SubscribeResponseSchema, subscribeResponseOf(batch, "binary"));
      return { no: 1, wireType: 2 as const, data: bytes.subarray(1) };
    });
    const checkpoint = { no: 2, wireType: 0 as const, data: new BinaryWriter().uint64(9n).finish() };
    const response = create(EmptySchema);
    response.$unknown = fields;
    expect(followMessageOf(response)).toEqual({ kind: "batch", batch: [one, two] });
    response.$unknown = [...fields, checkpoint];
    expect(followMessageOf(response)).toEqual({ kind: "checkpoint", globalNonce: 9n });
    response.$unknown = [fields[0]!, checkpoint, fields[1]!];
    expect(followMessageOf(response)).toEqual({ kind: "batch", batch: [two] });
  });
});

test.each([
  ["application/json", "json"],
  ["application/connect+json", "json"],
  ["application/grpc-web+json; charset=utf-8", "json"],
  ["Application/GRPC+JSON ", "json"],
  ["application/grpc", "binary"],
  ["application/connect+proto", "binary"],
  ["application/proto; note=json", "binary"],
  ["", "binary"],
  [null, "binary"],
])("a content type of %s is %s", (contentType, encoding) => {
  expect(wireEncodingOf(contentType)).toBe(encoding);
});
