import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { type EventStoreErrorCode, InternalError, UnavailableError } from "@leftfold/core";
import { collect } from "@leftfold/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromConnectError, toConnectError } from "./connect-error.ts";
import { errorStatus } from "./error-status.ts";
import { EventStoreService } from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";
import { arbitraryErrors, essence } from "./test-data/errors.ts";

/** What calls over Connect fail with, when their handlers fail with `error`. */
async function failures(error: unknown, useBinaryFormat: boolean): Promise<unknown[]> {
  const transport = createRouterTransport(
    ({ service }) => {
      service(EventStoreService, {
        append: () => {
          throw toConnectError(error);
        },
        // biome-ignore lint/correctness/useYield: it fails before it gives anything.
        async *subscribe() {
          throw toConnectError(error);
        },
      });
    },
    { transport: { useBinaryFormat } },
  );
  const client = createClient(EventStoreService, transport);
  const unary = client.append({}).catch((failure) => failure);
  const streaming = collect(client.subscribe({})).catch((failure: unknown) => failure);
  return Promise.all([unary, streaming]);
}

const codes = Object.keys(arbitraryErrors) as EventStoreErrorCode[];

describe.each(codes)("an error of code %s", (code) => {
  test.each([
    ["binary", true],
    ["JSON", false],
  ])(
    "goes through Connect in %s, and comes back as the same class with the same fields",
    async (_, binary) => {
      await fc.assert(
        fc.asyncProperty(arbitraryErrors[code], async (error) => {
          for (const failure of await failures(error, binary)) {
            expect(failure).toMatchObject({ code: errorStatus[code] });
            const read = fromConnectError(failure);
            expect(essence(read)).toEqual(essence(error));
            expect((read as Error).cause).toBe(failure);
          }
        }),
        { numRuns: 30 },
      );
    },
  );
});

describe("towards the wire", () => {
  test("what is no error of the store's tells nothing but an id", async () => {
    const secret = "password=hunter2";
    for (const failure of await failures(new TypeError(secret), false)) {
      const read = fromConnectError(failure);
      expect(read).toBeInstanceOf(InternalError);
      expect(JSON.stringify([String(failure), (failure as ConnectError).details])).not.toContain(secret);
      expect((read as Error).message).toContain((read as InternalError).errorId);
    }
  });

  test("the error itself stays behind as the cause", () => {
    const error = new UnavailableError("closing");
    const bug = new TypeError("bug");
    expect(toConnectError(error).cause).toBe(error);
    expect((toConnectError(bug).cause as Error).cause).toBe(bug);
  });

  test("an abort is a cancellation, and Connect's own errors pass", () => {
    const abort = new DOMException("left", "AbortError");
    const own = new ConnectError("no such thing", Code.Unimplemented);
    expect(toConnectError(abort)).toMatchObject({ code: Code.Canceled, cause: abort });
    expect(toConnectError(own)).toBe(own);
  });
});

describe("from the wire", () => {
  test.each([
    [Code.Unavailable, "unavailable"],
    [Code.DeadlineExceeded, "deadline-exceeded"],
    [Code.Unauthenticated, "unauthenticated"],
    [Code.PermissionDenied, "permission-denied"],
    [Code.Internal, "internal"],
    [Code.Unknown, "internal"],
    [Code.Unimplemented, "internal"],
    [Code.Aborted, "internal"],
  ])("a status %d without a detail is told by itself: %s", (status, code) => {
    const failure = new ConnectError("It failed.", status);
    expect(fromConnectError(failure)).toMatchObject({ code, message: "It failed.", cause: failure });
  });

  test("a full queue without a detail can be tried again in 100 ms", () => {
    const failure = new ConnectError("busy", Code.ResourceExhausted);
    expect(fromConnectError(failure)).toMatchObject({ code: "resource-exhausted", retryDelayMs: 100 });
  });

  test("a refused request without a detail names the request", () => {
    const failure = new ConnectError("cannot parse", Code.InvalidArgument);
    expect(fromConnectError(failure)).toMatchObject({
      code: "invalid-argument",
      violations: [{ field: "request", limit: expect.stringContaining("cannot parse") }],
      cause: failure,
    });
  });

  test("a cancellation stays recognisable", () => {
    const cancelled = new ConnectError("left", Code.Canceled);
    const abort = new DOMException("left", "AbortError");
    expect(fromConnectError(cancelled)).toBe(cancelled);
    expect(fromConnectError(abort)).toMatchObject({ code: Code.Canceled });
    expect(fromConnectError(abort)).toBeInstanceOf(ConnectError);
  });

  test("an error of the store's passes, and anything else is internal with its cause", () => {
    const own = new UnavailableError("closing");
    const bug = new TypeError("bug");
    expect(fromConnectError(own)).toBe(own);
    expect(fromConnectError(bug)).toMatchObject({ code: "internal", cause: { cause: bug } });
  });
});
