import { toBinary } from "@bufbuild/protobuf";
import {
  ConcurrencyConflictError,
  DuplicateEventIdError,
  InvalidArgumentError,
  noStream,
  UnavailableError,
  type Violation,
} from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { fromConnectError, toConnectError } from "./connect-error.ts";
import { toErrorDetail, toErrorMessage } from "./error-detail.ts";
import { fittingDetail } from "./fitting-error.ts";
import { ErrorDetailSchema } from "./gen/leftfold/eventstore/v1/error_pb.ts";

/** What most gRPC clients take of headers in all; the rest of them needs some too. */
const headersBytesMax = 8192 - 512;

function headerBytesOf(error: Error): number {
  const message = toConnectError(error).rawMessage;
  const detail = toBinary(ErrorDetailSchema, fittingDetail(toErrorDetail(error as UnavailableError)));
  const base64 = Math.ceil(((detail.length + Buffer.byteLength(message) + 100) * 4) / 3);
  return encodeURIComponent(message).length + base64;
}

function violations(count: number, name: string): Violation[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: "expectation",
    aggregateType: name,
    aggregateId: `${i}`,
    expected: noStream,
    actual: BigInt(i),
  }));
}

describe("an error that is too long for a header", () => {
  test.each([
    ["ten thousand violations", new ConcurrencyConflictError(violations(10_000, "account"))],
    ["violations of the longest names", new ConcurrencyConflictError(violations(20, "訂".repeat(255)))],
    ["ten thousand event ids", new DuplicateEventIdError(new Array(10_000).fill(crypto.randomUUID()))],
    [
      "long arguments",
      new InvalidArgumentError(new Array(20).fill({ field: "f".repeat(3000), value: "v", limit: "l" })),
    ],
    ["a long message", new UnavailableError("🎓".repeat(10_000))],
  ])("%s: is cut until it fits", (_, error) => {
    expect(headerBytesOf(error)).toBeLessThan(headersBytesMax);
    expect(fromConnectError(toConnectError(error))).toMatchObject({ code: error.code });
  });

  test("keeps the first of its violations, and says how many are missing", () => {
    const all = violations(1000, "account");
    const error = new ConcurrencyConflictError(all);
    const read = fromConnectError(toConnectError(error)) as ConcurrencyConflictError;
    const kept = read.violations.length;
    expect(kept).toBeGreaterThan(20);
    expect(read.violations).toEqual(all.slice(0, kept));
    expect(fittingDetail(toErrorDetail(error)).omitted).toBe(1000 - kept);
  });

  test("keeps whole characters of its message", () => {
    const message = `a${"🎓".repeat(1000)}`;
    const cut = toConnectError(new UnavailableError(message)).rawMessage;
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.endsWith("🎓…")).toBe(true);
    expect(message.startsWith(cut.slice(0, -1))).toBe(true);
  });
});

test("an error that fits stays as it is", () => {
  const error = new ConcurrencyConflictError(violations(20, "account"));
  const detail = toErrorDetail(error);
  expect(fittingDetail(toErrorDetail(error))).toEqual(detail);
  expect(detail.omitted).toBe(0);
  const short = new UnavailableError("m".repeat(1024));
  expect(toConnectError(short).rawMessage).toBe(toErrorMessage(short));
});
