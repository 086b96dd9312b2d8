import { create, type UnknownEnum } from "@bufbuild/protobuf";
import { defaultLimits, InternalError, InvalidArgumentError, validateAppend } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { appendRequestFromWire } from "./convert-append.ts";
import { recordedEventFromWire } from "./convert-event.ts";
import { appendOutcomeFromWire } from "./convert-outcome.ts";
import { readAllRequestFromWire, readStreamRequestFromWire } from "./convert-read.ts";
import { type AppendRequest, AppendRequestSchema } from "./gen/leftfold/eventstore/v1/append_pb.ts";
import { RecordedEventSchema } from "./gen/leftfold/eventstore/v1/event_pb.ts";
import {
  AppendOutcomeSchema,
  ReadAllRequestSchema,
  ReadStreamRequestSchema,
} from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";

function violationsOf(run: () => unknown): readonly unknown[] {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.violations;
    throw error;
  }
  return [];
}

describe("an append", () => {
  test("without an expectation, or with an empty one, is told so by validation", () => {
    const wire = create(AppendRequestSchema, {
      tenantId: "acme",
      appends: [
        { aggregateType: "account", aggregateId: "1" },
        { aggregateType: "account", aggregateId: "2", expected: {} },
      ],
    });
    const { request } = appendRequestFromWire(wire);
    expect(violationsOf(() => validateAppend(request, defaultLimits))).toEqual([
      expect.objectContaining({ field: "appends[0].expected" }),
      expect.objectContaining({ field: "appends[1].expected" }),
    ]);
  });

  test("with a condition that has no query is told so by validation", () => {
    const wire = create(AppendRequestSchema, {
      tenantId: "acme",
      appends: [
        { aggregateType: "account", aggregateId: "1", expected: { expected: { case: "any", value: {} } } },
      ],
      conditions: [{ after: 3n }],
    });
    const { request } = appendRequestFromWire(wire);
    expect(violationsOf(() => validateAppend(request, defaultLimits))).toEqual([
      expect.objectContaining({ field: "conditions[0].failIfMatches.anyOf" }),
    ]);
  });

  test.each([
    ["finer than a millisecond", { seconds: 1n, nanos: 1 }, "in whole milliseconds"],
    ["after the year 9999", { seconds: 253_402_300_800n, nanos: 0 }, "a time in the years 1 to 9999"],
    ["before the year 1", { seconds: -62_135_596_801n, nanos: 0 }, "a time in the years 1 to 9999"],
    ["of a billion nanoseconds", { seconds: 0n, nanos: 1_000_000_000 }, "a time in the years 1 to 9999"],
    ["of negative nanoseconds", { seconds: 0n, nanos: -1_000_000 }, "a time in the years 1 to 9999"],
  ])("with a time %s is refused, by its path", (_, occurredAt, limit) => {
    expect(violationsOf(() => appendRequestFromWire(appendAt(occurredAt)))).toEqual([
      { field: "appends[1].events[2].occurredAt", value: expect.any(String), limit },
    ]);
  });

  test.each([
    [{ seconds: -62_135_596_800n, nanos: 0 }, "0001-01-01T00:00:00.000Z"],
    [{ seconds: 253_402_300_799n, nanos: 999_000_000 }, "9999-12-31T23:59:59.999Z"],
    [{ seconds: -1n, nanos: 1_000_000 }, "1969-12-31T23:59:59.001Z"],
  ])("at the time %o is taken", (occurredAt, time) => {
    const { request } = appendRequestFromWire(appendAt(occurredAt));
    expect(request.appends[1]?.events[2]?.occurredAt?.toISOString()).toBe(time);
  });
});

function appendAt(occurredAt: { seconds: bigint; nanos: number }): AppendRequest {
  return create(AppendRequestSchema, {
    appends: [{}, { events: [{}, {}, { occurredAt }] }],
  });
}

describe("a direction that does not exist is refused", () => {
  const limit = "1 (forwards), 2 (backwards) or absent";

  test("by a read of a stream", () => {
    const wire = create(ReadStreamRequestSchema, { direction: 3 as UnknownEnum });
    expect(violationsOf(() => readStreamRequestFromWire(wire))).toEqual([
      { field: "direction", value: "3", limit },
    ]);
  });

  test("by a read of the whole log", () => {
    const wire = create(ReadAllRequestSchema, { direction: -1 as UnknownEnum });
    expect(violationsOf(() => readAllRequestFromWire(wire))).toEqual([
      { field: "direction", value: "-1", limit },
    ]);
  });
});

describe("a recorded event", () => {
  test("without times has the epoch, and finer times are cut to milliseconds", () => {
    const wire = create(RecordedEventSchema, { recordedAt: { seconds: 2n, nanos: 1_999_999 } });
    const { occurredAt, recordedAt } = recordedEventFromWire(wire);
    expect({ occurredAt, recordedAt }).toEqual({ occurredAt: new Date(0), recordedAt: new Date(2001) });
  });

  test("of a time that is none is no event", () => {
    const wire = create(RecordedEventSchema, { recordedAt: { seconds: 2n ** 62n } });
    expect(() => recordedEventFromWire(wire)).toThrow(InternalError);
  });
});

describe("an outcome", () => {
  test("that says nothing is an internal error", () => {
    expect(appendOutcomeFromWire(create(AppendOutcomeSchema))).toBeInstanceOf(InternalError);
  });

  test("that failed without a detail is an internal error with the message", () => {
    const wire = create(AppendOutcomeSchema, {
      outcome: { case: "failed", value: { message: "Out of order." } },
    });
    expect(appendOutcomeFromWire(wire)).toMatchObject({ code: "internal", message: "Out of order." });
  });
});
