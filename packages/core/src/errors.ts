import { describeExpected, type ExpectedNonce } from "./expected-nonce.ts";

/** Every way in which an operation of the store can fail. The codes are API; the messages are not. */
export type EventStoreErrorCode =
  | "concurrency-conflict"
  | "idempotency-mismatch"
  | "duplicate-event-id"
  | "invalid-argument"
  | "unauthenticated"
  | "permission-denied"
  | "resource-exhausted"
  | "unavailable"
  | "deadline-exceeded"
  | "internal";

/** An operation of the store failed. Switch on `code`, or on the subclass for its fields. */
export abstract class EventStoreError extends Error {
  abstract readonly code: EventStoreErrorCode;
  /** Whether repeating the same request can succeed. An append is repeated under the same idempotency key. */
  get retryable(): boolean {
    return false;
  }
  override get name(): string {
    return this.constructor.name;
  }
  /** The error itself when it is one of the store's, and an {@link InternalError} around it otherwise. */
  static from(error: unknown): EventStoreError {
    return error instanceof EventStoreError ? error : new InternalError({ cause: error });
  }
}

const enumeratedMax = 10;

/** The first few entries in words, and how many more there are: a message must fit into a header. */
function enumerate<T>(entries: readonly T[], describe: (entry: T) => string): string {
  const shown = entries.slice(0, enumeratedMax).map(describe).join("; ");
  return entries.length > enumeratedMax ? `${shown}; and ${entries.length - enumeratedMax} more` : shown;
}

/** An expectation or a condition that did not hold. */
export type Violation =
  | {
      readonly kind: "expectation";
      readonly aggregateType: string;
      readonly aggregateId: string;
      readonly expected: ExpectedNonce;
      /** The aggregate's last nonce; 0 when it has no events. */
      readonly actual: bigint;
    }
  | {
      readonly kind: "condition";
      /** The condition's place in the request, from 0. */
      readonly index: number;
      /** The first event that matches. */
      readonly globalNonce: bigint;
    };

/**
 * Somebody else wrote first. Carries every violation; reload what they name, decide again, and append anew.
 */
export class ConcurrencyConflictError extends EventStoreError {
  readonly code = "concurrency-conflict";
  readonly violations: readonly Violation[];
  constructor(violations: readonly Violation[], options?: ErrorOptions) {
    super(
      `Nothing was appended: ${enumerate(violations, describeViolation)}. Reload and decide again.`,
      options,
    );
    this.violations = violations;
  }
}

function describeViolation(violation: Violation): string {
  switch (violation.kind) {
    case "expectation": {
      const { aggregateType, aggregateId, expected, actual } = violation;
      return `${aggregateType} "${aggregateId}" was expected at ${describeExpected(expected)} but is at ${actual}`;
    }
    case "condition":
      return `conditions[${violation.index}] is matched by the event at global nonce ${violation.globalNonce}`;
  }
}

/** The idempotency key names an earlier append of other content. */
export class IdempotencyMismatchError extends EventStoreError {
  readonly code = "idempotency-mismatch";
  readonly idempotencyKey: string;
  constructor(idempotencyKey: string, options?: ErrorOptions) {
    super(
      `Nothing was appended: idempotency key "${idempotencyKey}" was used for an append of other content. ` +
        "Use a new key for a new append.",
      options,
    );
    this.idempotencyKey = idempotencyKey;
  }
}

/** The tenant already has events of these ids. */
export class DuplicateEventIdError extends EventStoreError {
  readonly code = "duplicate-event-id";
  readonly eventIds: readonly string[];
  constructor(eventIds: readonly string[], options?: ErrorOptions) {
    super(
      `Nothing was appended: the tenant already has event ids ${enumerate(eventIds, String)}. Use new ids.`,
      options,
    );
    this.eventIds = eventIds;
  }
}

/** One way in which a request is not well-formed. */
export interface ArgumentViolation {
  /** Where in the request, such as `appends[0].events[2].payload`. */
  readonly field: string;
  /** What was found there, shortened. */
  readonly value: string;
  /** What is allowed, such as `at most 1048576 bytes`. */
  readonly limit: string;
}

/** The request breaks a rule or a limit. Carries every field that does, up to a bound of 20. */
export class InvalidArgumentError extends EventStoreError {
  readonly code = "invalid-argument";
  readonly violations: readonly ArgumentViolation[];
  constructor(violations: readonly ArgumentViolation[], options?: ErrorOptions) {
    super(
      `${violations.map(({ field, value, limit }) => `${field} is ${value}; it must be ${limit}`).join(". ")}.`,
      options,
    );
    this.violations = violations;
  }
}

/** The caller did not say who it is, or could not prove it. */
export class UnauthenticatedError extends EventStoreError {
  readonly code = "unauthenticated";
  constructor(message = "The request carries no valid credentials.", options?: ErrorOptions) {
    super(message, options);
  }
}

/** The caller may not do this. */
export class PermissionDeniedError extends EventStoreError {
  readonly code = "permission-denied";
  constructor(message = "The credentials do not permit this.", options?: ErrorOptions) {
    super(message, options);
  }
}

/** A bounded queue is full. Nothing was done; try again after the delay. */
export class ResourceExhaustedError extends EventStoreError {
  readonly code = "resource-exhausted";
  readonly retryDelayMs: number;
  override get retryable(): boolean {
    return true;
  }
  constructor(message: string, options: ErrorOptions & { retryDelayMs: number }) {
    super(message, options);
    this.retryDelayMs = options.retryDelayMs;
  }
}

/**
 * The store cannot be reached, or is closing. The outcome of an append in flight is unknown: repeat it under
 * its key.
 */
export class UnavailableError extends EventStoreError {
  readonly code = "unavailable";
  override get retryable(): boolean {
    return true;
  }
}

/** The call's deadline passed. The outcome of an append in flight is unknown: repeat it under its key. */
export class DeadlineExceededError extends EventStoreError {
  readonly code = "deadline-exceeded";
  override get retryable(): boolean {
    return true;
  }
}

/**
 * Something is wrong with the store itself. Over the wire only the id is told; the store's own log has the
 * cause under it.
 */
export class InternalError extends EventStoreError {
  readonly code = "internal";
  readonly errorId: string;
  constructor(options: ErrorOptions & { errorId?: string; message?: string } = {}) {
    const errorId = options.errorId ?? globalThis.crypto.randomUUID();
    super(options.message ?? `The store failed; its log has the cause under error id ${errorId}.`, options);
    this.errorId = errorId;
  }
}
