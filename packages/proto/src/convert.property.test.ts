import {
  type DescMessage,
  fromBinary,
  fromJsonString,
  type MessageShape,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import type { AppendRequest, AppendResult, EventQuery } from "@leftfold/core";
import {
  arbitraryAppendRequest,
  arbitraryEventQuery,
  arbitraryName,
  arbitraryReadAllRequest,
  arbitraryReadStreamRequest,
  arbitrarySubscribeRequest,
} from "@leftfold/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  appendRequestFromWire,
  appendRequestToWire,
  appendResultFromWire,
  appendResultToWire,
} from "./convert-append.ts";
import { recordedEventFromWire, recordedEventToWire } from "./convert-event.ts";
import { appendOutcomeFromWire, appendOutcomeToWire } from "./convert-outcome.ts";
import { eventQueryFromWire, eventQueryToWire } from "./convert-query.ts";
import {
  readAllRequestFromWire,
  readAllRequestToWire,
  readStreamRequestFromWire,
  readStreamRequestToWire,
  subscribeRequestFromWire,
  subscribeRequestToWire,
} from "./convert-read.ts";
import { AppendRequestSchema, AppendResponseSchema } from "./gen/leftfold/eventstore/v1/append_pb.ts";
import { EventQuerySchema, RecordedEventSchema } from "./gen/leftfold/eventstore/v1/event_pb.ts";
import {
  AppendOutcomeSchema,
  ReadAllRequestSchema,
  ReadStreamRequestSchema,
  SubscribeRequestSchema,
} from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";
import { arbitraryRecordedEvent } from "./test-data/recorded-events.ts";

const tenantId = arbitraryName();
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const plain = { noNullPrototype: true };
const aggregateHead = fc.record(
  { aggregateType: arbitraryName(), aggregateId: arbitraryName(), aggregateNonce: uint64 },
  plain,
);
const appendResult: fc.Arbitrary<AppendResult> = fc.record(
  {
    firstGlobalNonce: uint64,
    lastGlobalNonce: uint64,
    aggregates: fc.array(aggregateHead, { maxLength: 3 }),
    replayed: fc.boolean(),
  },
  plain,
);

describe.each(["binary", "json"] as const)("sent as %s and read again", (encoding) => {
  /** What the other side reads. */
  function sent<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): MessageShape<Desc> {
    return encoding === "binary"
      ? fromBinary(schema, toBinary(schema, message))
      : fromJsonString(schema, toJsonString(schema, message));
  }

  test("an append request is the same", () => {
    fc.assert(
      fc.property(tenantId, arbitraryAppendRequest(), (tenantId, request) => {
        const read = sent(AppendRequestSchema, appendRequestToWire(tenantId, request));
        expect(appendRequestFromWire(read)).toStrictEqual({ tenantId, request: canonicalAppend(request) });
      }),
      { numRuns: 300 },
    );
  });

  test("an append's result and its outcome are the same", () => {
    fc.assert(
      fc.property(appendResult, (result) => {
        expect(appendResultFromWire(sent(AppendResponseSchema, appendResultToWire(result)))).toStrictEqual(
          result,
        );
        expect(appendOutcomeFromWire(sent(AppendOutcomeSchema, appendOutcomeToWire(result)))).toStrictEqual(
          result,
        );
      }),
    );
  });

  test("a recorded event is the same", () => {
    fc.assert(
      fc.property(arbitraryRecordedEvent(), (event) => {
        expect(recordedEventFromWire(sent(RecordedEventSchema, recordedEventToWire(event)))).toStrictEqual(
          event,
        );
      }),
      { numRuns: 300 },
    );
  });

  test("a query is the same, and lists that are empty are absent", () => {
    fc.assert(
      fc.property(arbitraryEventQuery(), (query) => {
        const read = sent(EventQuerySchema, eventQueryToWire(query));
        expect(eventQueryFromWire(read)).toStrictEqual(canonicalQuery(query));
      }),
    );
  });

  test("a read of a stream is the same", () => {
    fc.assert(
      fc.property(tenantId, arbitraryReadStreamRequest(), (tenantId, request) => {
        const read = sent(ReadStreamRequestSchema, readStreamRequestToWire(tenantId, request));
        expect(readStreamRequestFromWire(read)).toStrictEqual({ tenantId, request: present(request) });
      }),
    );
  });

  test("a read of the whole log is the same", () => {
    fc.assert(
      fc.property(tenantId, arbitraryReadAllRequest(), (tenantId, request) => {
        const { query, ...others } = request;
        const canonical = query === undefined ? others : { ...others, query: canonicalQuery(query) };
        const read = sent(ReadAllRequestSchema, readAllRequestToWire(tenantId, request));
        expect(readAllRequestFromWire(read)).toStrictEqual({ tenantId, request: present(canonical) });
      }),
    );
  });

  test("a subscription is the same", () => {
    fc.assert(
      fc.property(tenantId, arbitrarySubscribeRequest(), (tenantId, request) => {
        const { query, ...others } = request;
        const canonical = query === undefined ? others : { ...others, query: canonicalQuery(query) };
        const read = sent(SubscribeRequestSchema, subscribeRequestToWire(tenantId, request));
        expect(subscribeRequestFromWire(read)).toStrictEqual({ tenantId, request: present(canonical) });
      }),
    );
  });
});

/** Without the properties that are undefined. */
function present(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

/** Without what the wire cannot tell from absence: empty lists, texts and maps. */
function filled(value: object): object {
  const isEmpty = (field: unknown): boolean =>
    field === "" || (isListOrMap(field) && Object.keys(field).length === 0);
  return Object.fromEntries(Object.entries(present(value)).filter(([, field]) => !isEmpty(field)));
}

function isListOrMap(field: unknown): field is object {
  return Array.isArray(field) || Object.getPrototypeOf(field) === Object.prototype;
}

function canonicalQuery({ anyOf }: EventQuery): object {
  return { anyOf: anyOf.map(filled) };
}

function canonicalAppend(request: AppendRequest): object {
  return filled({
    ...request,
    appends: request.appends.map((append) => ({
      ...append,
      events: append.events.map(({ payload, ...event }) => ({ ...filled(event), payload })),
    })),
    conditions: request.conditions?.map((condition) => ({
      ...present(condition),
      failIfMatches: canonicalQuery(condition.failIfMatches),
    })),
  });
}
