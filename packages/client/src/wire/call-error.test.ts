import { Code, ConnectError } from "@connectrpc/connect";
import {
  ConcurrencyConflictError,
  DeadlineExceededError,
  exact,
  InternalError,
  PermissionDeniedError,
  ResourceExhaustedError,
  UnauthenticatedError,
  UnavailableError,
} from "@leftfold/core";
import { toConnectError } from "@leftfold/proto";
import { describe, expect, test } from "vitest";
import { callError } from "./call-error.ts";

test("gives what the store threw", () => {
  const violation = {
    kind: "expectation",
    aggregateType: "a",
    aggregateId: "1",
    expected: exact(1n),
    actual: 2n,
  } as const;
  const conflict = new ConcurrencyConflictError([violation]);
  const error = callError(toConnectError(conflict));
  expect(error).toBeInstanceOf(ConcurrencyConflictError);
  expect(error).toMatchObject({ violations: [violation] });
});

test("passes the store's own errors", () => {
  const error = new UnavailableError("closed");
  expect(callError(error)).toBe(error);
});

describe("a failure without the store's answer", () => {
  test.each([
    [Code.DeadlineExceeded, DeadlineExceededError],
    [Code.ResourceExhausted, ResourceExhaustedError],
    [Code.Unauthenticated, UnauthenticatedError],
    [Code.PermissionDenied, PermissionDeniedError],
  ])("of status %i means what it says", (code, expected) => {
    expect(callError(new ConnectError("no", code))).toBeInstanceOf(expected);
  });

  test.each([
    Code.Aborted,
    Code.Canceled,
    Code.DataLoss,
    Code.Internal,
    Code.InvalidArgument,
    Code.Unavailable,
    Code.Unknown,
  ])("of status %i is a broken connection, and can be repeated", (code) => {
    const cause = new ConnectError("socket hang up", code);
    const error = callError(cause);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ retryable: true, cause });
    expect(error.message).toBe("The connection to the server failed: socket hang up.");
  });

  test("because the call is not known there says who was asked", () => {
    const error = callError(new ConnectError("HTTP 404", Code.Unimplemented));
    expect(error).toBeInstanceOf(InternalError);
    expect(error.message).toMatch(/no Leftfold server, or an older one: HTTP 404/);
  });

  test("may be any error", () => {
    expect(callError(new TypeError("fetch failed"))).toBeInstanceOf(UnavailableError);
  });
});
