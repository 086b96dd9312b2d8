import { IdempotencyMismatchError } from "@leftfold/core";
import postgres from "postgres";
import { describe, expect, it } from "vitest";
import {
  isConnectionBroken,
  isConnectionLost,
  isEnded,
  isRefusal,
  isSerializationFailure,
  storeError,
} from "./postgres-errors.ts";

/** What the driver makes of PostgreSQL's answer. Its types do not show the constructor. */
function answered(code: string, severity = "ERROR"): Error {
  const PostgresError = postgres.PostgresError as unknown as new (fields: object) => Error;
  return new PostgresError({ message: code, code, severity });
}
const driver = (code: string): Error => Object.assign(new Error(code), { code });

describe("errors of PostgreSQL and its driver", () => {
  it.each([
    ["a lost connection", driver("CONNECTION_CLOSED"), "unavailable"],
    ["a refused connection", driver("ECONNREFUSED"), "unavailable"],
    ["a server that is shutting down", answered("57P01", "FATAL"), "unavailable"],
    ["a server that is starting up", answered("57P03", "FATAL"), "unavailable"],
    ["a standby that was taken for a primary", answered("25006"), "unavailable"],
    ["a deadlock", answered("40P01"), "unavailable"],
    ["a lock that was waited for too long", answered("55P03"), "unavailable"],
    ["a full disk", answered("53100"), "resource-exhausted"],
    ["too many connections", answered("53300", "FATAL"), "resource-exhausted"],
    ["a unique violation", answered("23505"), "internal"],
    ["a mistake", new TypeError("oops"), "internal"],
    ["nothing at all", undefined, "internal"],
  ])("are the store's: %s", (_, error, code) => {
    const found = storeError(error);
    expect(found.code).toBe(code);
    expect(found.cause).toBe(error);
  });

  it("are left as they are when they are the store's already", () => {
    const error = new IdempotencyMismatchError("k");
    expect(storeError(error)).toBe(error);
  });

  it("are refusals only when the same statement would be refused again", () => {
    expect(isRefusal(answered("23505"))).toBe(true);
    for (const code of ["40001", "57P01", "53100", "55P03"]) expect(isRefusal(answered(code))).toBe(false);
    expect(isRefusal(driver("CONNECTION_CLOSED"))).toBe(false);
  });

  it("tell of transactions that got in each other's way", () => {
    for (const code of ["40001", "40P01", "55P03"]) expect(isSerializationFailure(answered(code))).toBe(true);
    expect(isSerializationFailure(answered("23505"))).toBe(false);
    expect(isSerializationFailure(undefined)).toBe(false);
  });

  it("tell whether the connection is gone, whether there was one, and who ended it", () => {
    const errors = [
      driver("CONNECTION_CLOSED"),
      answered("57P01", "FATAL"),
      driver("ECONNREFUSED"),
      answered("23505"),
      new Error("other"),
    ];
    expect(errors.map(isConnectionLost)).toEqual([true, true, true, false, false]);
    expect(errors.map(isConnectionBroken)).toEqual([true, true, false, false, false]);
    expect(isEnded(driver("CONNECTION_ENDED"))).toBe(true);
    expect(isEnded(driver("CONNECTION_CLOSED"))).toBe(false);
  });
});
