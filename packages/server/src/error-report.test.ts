import { Code, ConnectError } from "@connectrpc/connect";
import { DeadlineExceededError, InternalError, UnavailableError } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { errorReport } from "./error-report.ts";

describe("the report of a call's failure", () => {
  function setUp() {
    const logged: object[] = [];
    const report = errorReport({ info: () => {}, error: (fields) => void logged.push(fields) });
    return { logged, report, quiet: new AbortController().signal };
  }

  test("is the error itself when it is one of the store's, and is not logged", () => {
    const { logged, report, quiet } = setUp();
    const error = new UnavailableError("down");
    expect(report(error, quiet)).toBe(error);
    expect(report(error, AbortSignal.abort())).toBe(error);
    expect(logged).toEqual([]);
  });

  test("is logged with its cause, under the id that the client is told, when the store is at fault", () => {
    const { logged, report, quiet } = setUp();
    const cause = new TypeError("x is not a function");
    const reported = report(cause, quiet);
    expect(reported).toBeInstanceOf(InternalError);
    const bare = new InternalError({ errorId: "e-2" });
    expect(report(bare, quiet)).toBe(bare);
    expect(logged).toEqual([
      { errorId: (reported as InternalError).errorId, err: cause },
      { errorId: "e-2", err: bare },
    ]);
  });

  test("is the deadline, or that the client gave up, when the call was aborted", () => {
    const { logged, report } = setUp();
    const fromConnect = new ConnectError("the operation timed out", Code.DeadlineExceeded);
    expect(report(fromConnect, AbortSignal.abort(fromConnect))).toBeInstanceOf(DeadlineExceededError);
    const stopping = new UnavailableError("stopping");
    expect(report(new Error("torn"), AbortSignal.abort(stopping))).toBe(stopping);
    const gone = AbortSignal.abort();
    expect(report(gone.reason, gone)).toMatchObject({
      code: "unavailable",
      message: "The call was given up by its client.",
    });
    expect(logged).toEqual([]);
  });
});
