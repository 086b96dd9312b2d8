import { expect, test } from "vitest";
import {
  ConcurrencyConflictError,
  DeadlineExceededError,
  DuplicateEventIdError,
  EventStoreError,
  type EventStoreErrorCode,
  IdempotencyMismatchError,
  InternalError,
  InvalidArgumentError,
  PermissionDeniedError,
  ResourceExhaustedError,
  UnauthenticatedError,
  UnavailableError,
  type Violation,
} from "./errors.ts";
import { exact, noStream } from "./expected-nonce.ts";

const cause = new Error("the cause");
const violation: Violation = { kind: "condition", index: 2, globalNonce: 17n };

const one: Record<EventStoreErrorCode, EventStoreError> = {
  "concurrency-conflict": new ConcurrencyConflictError([violation], { cause }),
  "idempotency-mismatch": new IdempotencyMismatchError("key-1", { cause }),
  "duplicate-event-id": new DuplicateEventIdError(["id-1"], { cause }),
  "invalid-argument": new InvalidArgumentError([{ field: "f", value: "v", limit: "l" }], { cause }),
  unauthenticated: new UnauthenticatedError(undefined, { cause }),
  "permission-denied": new PermissionDeniedError(undefined, { cause }),
  "resource-exhausted": new ResourceExhaustedError("The queue is full.", { retryDelayMs: 50, cause }),
  unavailable: new UnavailableError("The store was closed.", { cause }),
  "deadline-exceeded": new DeadlineExceededError("Too late.", { cause }),
  internal: new InternalError({ cause }),
};

test.each(Object.entries(one))("%s has its code, a name, a message and a cause", (code, error) => {
  expect(error).toBeInstanceOf(EventStoreError);
  expect(error.code).toBe(code);
  expect(error.name).toMatch(/^[A-Z][A-Za-z]+Error$/);
  expect(error.message).toMatch(/\.$/);
  expect(error.cause).toBe(cause);
  expect(String(error)).toBe(`${error.name}: ${error.message}`);
});

test("what can pass by itself is retryable, and nothing else", () => {
  const retryable = Object.values(one).filter((error) => error.retryable);
  expect(retryable.map(({ code }) => code)).toEqual([
    "resource-exhausted",
    "unavailable",
    "deadline-exceeded",
  ]);
});

test("from leaves the store's errors alone and wraps everything else", () => {
  for (const error of Object.values(one)) expect(EventStoreError.from(error)).toBe(error);
  for (const stranger of [new TypeError("oops"), "text", undefined]) {
    const wrapped = EventStoreError.from(stranger);
    expect(wrapped).toBeInstanceOf(InternalError);
    expect(wrapped.cause).toBe(stranger);
  }
});

test("an internal error tells an id, and nothing of its cause", () => {
  const error = new InternalError({ cause: new Error("select secret from passwords") });
  expect(error.message).toContain(error.errorId);
  expect(error.message).not.toContain("secret");
  expect(new InternalError().errorId).not.toBe(error.errorId);
  const relayed = new InternalError({ errorId: "id-7", message: "The server failed; error id id-7." });
  expect(relayed.errorId).toBe("id-7");
  expect(relayed.message).toBe("The server failed; error id id-7.");
});

test("a conflict says of each aggregate what was expected and what is", () => {
  const error = new ConcurrencyConflictError([
    { kind: "expectation", aggregateType: "Account", aggregateId: "a1", expected: exact(3n), actual: 5n },
    { kind: "expectation", aggregateType: "Account", aggregateId: "a2", expected: noStream, actual: 1n },
    violation,
  ]);
  expect(error.message).toBe(
    'Nothing was appended: Account "a1" was expected at exact(3) but is at 5; ' +
      'Account "a2" was expected at noStream but is at 1; ' +
      "conditions[2] is matched by the event at global nonce 17. Reload and decide again.",
  );
});

test("messages stay short however many entries the error carries", () => {
  const violations = Array.from({ length: 1000 }, () => violation);
  const eventIds = Array.from({ length: 1000 }, (_, i) => `id-${i}`);
  const errors = [new ConcurrencyConflictError(violations), new DuplicateEventIdError(eventIds)];
  for (const error of errors) {
    expect(error.message).toContain("and 990 more");
    expect(error.message.length).toBeLessThan(1000);
  }
  expect(errors.map((error) => ("eventIds" in error ? error.eventIds : error.violations).length)).toEqual([
    1000, 1000,
  ]);
});

test("fields travel with the error", () => {
  expect(one).toMatchObject({
    "idempotency-mismatch": { idempotencyKey: "key-1" },
    "duplicate-event-id": { eventIds: ["id-1"], message: expect.stringContaining("id-1") },
    "invalid-argument": { message: "f is v; it must be l.", violations: [{ field: "f" }] },
    "resource-exhausted": { retryDelayMs: 50 },
  });
});
