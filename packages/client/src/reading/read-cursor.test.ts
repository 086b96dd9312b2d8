import { InternalError } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { ReadCursor, type ReadSpan } from "./read-cursor.ts";

/** The cursor after these nonces have come. */
function after(nonces: readonly bigint[], span: ReadSpan, dense = true): ReadCursor {
  const cursor = new ReadCursor(span, dense);
  for (const nonce of nonces) cursor.pass(nonce);
  return cursor;
}

describe("what is left of a read", () => {
  test.each([
    ["everything, from the start", [], {}, { from: 1n }],
    ["everything, from the unknown end", [], { direction: "backwards" }, { from: undefined }],
    ["what comes after the last event", [1n, 2n], {}, { from: 3n }],
    ["what comes before the last event", [9n, 8n], { direction: "backwards" }, { from: 7n }],
    ["so many fewer events", [5n, 6n], { from: 5n, maxCount: 10 }, { from: 7n, maxCount: 8 }],
  ] as const)("is %s", (_, nonces, span, rest) => {
    expect(after(nonces, span).rest).toMatchObject(rest);
  });

  test.each([
    ["all that was asked for came", [1n, 2n], { maxCount: 2 }],
    ["the first event came, backwards", [2n, 1n], { direction: "backwards" }],
  ] as const)("is nothing when %s", (_, nonces, span) => {
    expect(after(nonces, span).rest).toBeUndefined();
  });
});

describe("an event that must not come", () => {
  test.each([
    ["leaves others out", [1n, 3n], {}],
    ["leaves the first ones out", [2n], {}],
    ["was here before", [1n, 2n, 2n], {}],
    ["leaves others out, backwards", [9n, 7n], { direction: "backwards" }],
    ["lies beyond the start, backwards", [9n], { direction: "backwards", from: 8n }],
    ["is one too many", [1n, 2n], { maxCount: 1 }],
  ] as const)("is an internal error: it %s", (_, nonces, span) => {
    expect(() => after(nonces, span)).toThrow(InternalError);
  });

  test.each([
    ["goes back", [3n, 2n], {}],
    ["lies before the start", [4n], { from: 5n }],
    ["goes forth, backwards", [3n, 4n], { direction: "backwards" }],
  ] as const)("is an internal error of a filtered read as well: it %s", (_, nonces, span) => {
    expect(() => after(nonces, span, false)).toThrow(InternalError);
  });

  test("tells where it was", () => {
    expect(() => after([1n, 3n], {})).toThrow(/nonce 3 where 2 was due/);
    expect(() => after([3n, 3n], {}, false)).toThrow(/nonce 3 where 4 or a later one was due/);
    expect(() => after([1n, 2n], { maxCount: 1 })).toThrow(/nonce 2 where none was due/);
  });
});

test("a filtered read may leave events out, and a backward read may start beyond the head", () => {
  expect(after([2n, 7n], {}, false).rest).toMatchObject({ from: 8n });
  expect(after([7n, 2n], { direction: "backwards" }, false).rest).toMatchObject({ from: 1n });
  expect(after([7n, 6n], { direction: "backwards", from: 1_000n }).rest).toMatchObject({ from: 5n });
});
