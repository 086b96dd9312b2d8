import {
  ConcurrencyConflictError,
  EventStoreError,
  type EventStoreErrorCode,
  type ExpectedNonce,
  InvalidArgumentError,
  type Violation,
} from "@leftfold/core";
import { expect } from "vitest";
import { type AggregateName, anOrder } from "./shorthand.ts";

const retryableCodes: readonly EventStoreErrorCode[] = [
  "resource-exhausted",
  "unavailable",
  "deadline-exceeded",
];

/** What an attempt throws, at once or later. Fails when it throws nothing. */
export async function failure(attempt: () => Promise<unknown>): Promise<unknown> {
  let outcome: unknown;
  try {
    outcome = await attempt();
  } catch (error) {
    return error;
  }
  return expect.fail(`It should have failed, but it gave ${String(outcome)}.`);
}

/** The error that an attempt fails with, which must be of this class and keep what such errors promise. */
export async function failureOf<E extends EventStoreError>(
  errorClass: abstract new (...parameters: never[]) => E,
  attempt: () => Promise<unknown>,
): Promise<E> {
  const error = await failure(attempt);
  if (!(error instanceof errorClass)) throw error;
  expect(error).toBeInstanceOf(EventStoreError);
  expect(error.name).toBe(errorClass.name);
  expect(error.message).not.toBe("");
  expect(error.retryable, `whether ${error.code} is retryable`).toBe(retryableCodes.includes(error.code));
  return error;
}

/** An expectation that does not hold: order o1's, unless another aggregate is named. */
export function violated(
  expected: ExpectedNonce,
  actual: bigint,
  aggregate: AggregateName = anOrder,
): Violation {
  return { kind: "expectation", ...aggregate, expected, actual };
}

/** A condition that does not hold, by its place in the request, and the first event that matches. */
export function matched(index: number, globalNonce: bigint): Violation {
  return { kind: "condition", index, globalNonce };
}

/** Expects a conflict that names exactly these violations, in this order. */
export async function expectConflict(
  attempt: () => Promise<unknown>,
  violations: readonly Violation[],
): Promise<void> {
  const error = await failureOf(ConcurrencyConflictError, attempt);
  expect(error.code).toBe("concurrency-conflict");
  expect(error.violations).toEqual(violations);
}

/** Expects an `invalid-argument` that names this field, what was found in it, and what is allowed. */
export async function expectInvalid(
  attempt: () => Promise<unknown>,
  field: string,
  { value = /./, limit = /./ }: { value?: RegExp; limit?: RegExp } = {},
): Promise<void> {
  const error = await failureOf(InvalidArgumentError, attempt);
  expect(error.code).toBe("invalid-argument");
  const violation = error.violations.find((found) => found.field === field);
  if (!violation) return expect.fail(`It should have named ${field}, but it said: ${error.message}`);
  expect(violation.value).toMatch(value);
  expect(violation.limit).toMatch(limit);
}
