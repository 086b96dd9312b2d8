import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  any,
  type EventStoreErrorCode,
  InternalError,
  ResourceExhaustedError,
  UnavailableError,
} from "@leftfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendOutcomeFromWire, appendOutcomeToWire } from "./convert-outcome.ts";
import { fromErrorDetail, toErrorDetail, toErrorMessage } from "./error-detail.ts";
import { errorStatus } from "./error-status.ts";
import { ErrorDetailSchema } from "./gen/leftfold/eventstore/v1/error_pb.ts";
import { AppendOutcomeSchema } from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";
import { arbitraryErrors, essence } from "./test-data/errors.ts";

const codes = Object.keys(arbitraryErrors) as EventStoreErrorCode[];

describe.each(codes)("an error of code %s", (code) => {
  test("comes back from its detail as the same class with the same fields", () => {
    fc.assert(
      fc.property(arbitraryErrors[code], (error) => {
        const sent = toBinary(ErrorDetailSchema, toErrorDetail(error));
        const read = fromErrorDetail(fromBinary(ErrorDetailSchema, sent), toErrorMessage(error));
        expect(essence(read)).toEqual(essence(error));
        expect(read.code).toBe(code);
      }),
    );
  });

  test("comes back from the outcome of one append of a batch", () => {
    fc.assert(
      fc.property(arbitraryErrors[code], (error) => {
        const sent = toBinary(AppendOutcomeSchema, appendOutcomeToWire(error));
        expect(essence(appendOutcomeFromWire(fromBinary(AppendOutcomeSchema, sent)))).toEqual(essence(error));
      }),
    );
  });

  test("that carries nothing has defaults, and the cause that it is given", () => {
    const cause = new Error("cause");
    const read = fromErrorDetail(create(ErrorDetailSchema, { code }), "It failed.", { cause });
    expect(read).toMatchObject({ code, cause });
  });
});

test("the statuses are those of gRPC", () => {
  expect(errorStatus).toEqual({
    "concurrency-conflict": 10,
    "idempotency-mismatch": 6,
    "duplicate-event-id": 6,
    "invalid-argument": 3,
    unauthenticated: 16,
    "permission-denied": 7,
    "resource-exhausted": 8,
    unavailable: 14,
    "deadline-exceeded": 4,
    internal: 13,
  });
});

test("an internal error tells its id, and nothing of its message or its cause", () => {
  const secret = "select payload from events";
  const error = new InternalError({ errorId: "e-1", message: secret, cause: new Error(secret) });
  const told = JSON.stringify([toErrorDetail(error), toErrorMessage(error), appendOutcomeToWire(error)]);
  expect(told).toContain("e-1");
  expect(told).not.toContain(secret);
});

test("a code that is not known here is internal, with the message", () => {
  for (const code of ["", "future-code", "constructor"]) {
    const read = fromErrorDetail(create(ErrorDetailSchema, { code }), "It failed.");
    expect(read).toBeInstanceOf(InternalError);
    expect(read.message).toBe("It failed.");
  }
});

test("a violation of an unknown kind is left out, and a missing expectation expects nothing", () => {
  const detail = create(ErrorDetailSchema, {
    code: "concurrency-conflict",
    detail: {
      case: "concurrencyConflict",
      value: { violations: [{}, { violation: { case: "expectation", value: { actual: 1n } } }] },
    },
  });
  expect(fromErrorDetail(detail, "")).toMatchObject({
    violations: [{ kind: "expectation", aggregateType: "", aggregateId: "", expected: any, actual: 1n }],
  });
});

test.each([
  [0.2, 1],
  [0, 0],
  [-5, 0],
  [Number.NaN, 0],
  [1e20, 2 ** 32 - 1],
])("a retry delay of %d ms travels as %d: no sooner, and within 32 bits", (retryDelayMs, told) => {
  const detail = toErrorDetail(new ResourceExhaustedError("full", { retryDelayMs }));
  expect(fromBinary(ErrorDetailSchema, toBinary(ErrorDetailSchema, detail)).detail.value).toMatchObject({
    retryDelayMs: told,
  });
});

test("an error without a detail of its own tells its code alone", () => {
  expect(toErrorDetail(new UnavailableError("closing"))).toMatchObject({
    code: "unavailable",
    detail: { case: undefined },
  });
});
