/** Every way in which this layer can fail by itself. The store's own errors pass through unchanged. */
export type EventSourcingErrorCode =
  | "invalid-definition"
  | "invalid-event-data"
  | "unknown-event"
  | "newer-event-version"
  | "undecodable-event"
  | "command-rejected"
  | "event-processing"
  | "too-many-parked"
  | "superseded"
  | "partition-count";

/** Something failed above the store. Switch on `code`, or on the subclass for its fields. */
export abstract class EventSourcingError extends Error {
  abstract readonly code: EventSourcingErrorCode;
  /** Whether the same call can succeed when it is repeated. */
  get retryable(): boolean {
    return false;
  }
  override get name(): string {
    return this.constructor.name;
  }
}

/**
 * A definition contradicts itself. A programmer's error, thrown when the definition is made or first used.
 */
export class InvalidDefinitionError extends EventSourcingError {
  readonly code = "invalid-definition";
}

/** One thing that is wrong with an event's data. */
export interface EventDataIssue {
  /** Where in the data, such as `lines.0.price`; empty for the data as a whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * An event that was to be written has data that its schema or its codec does not accept. Nothing was written.
 */
export class InvalidEventDataError extends EventSourcingError {
  readonly code = "invalid-event-data";
  readonly aggregateType: string;
  readonly eventType: string;
  readonly issues: readonly EventDataIssue[];

  constructor(
    aggregateType: string,
    eventType: string,
    issues: readonly EventDataIssue[],
    options?: ErrorOptions,
  ) {
    const found = issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    super(
      `Nothing was written: ${eventType} of ${aggregateType} has invalid data (${found.join("; ")}). ` +
        "Correct the command that emits it, or the event's schema.",
      options,
    );
    this.aggregateType = aggregateType;
    this.eventType = eventType;
    this.issues = issues;
  }
}

/** Why a recorded event cannot be read. */
export type UnreadableEventCode = "unknown-event" | "newer-event-version" | "undecodable-event";

/** Which recorded event is meant. */
export interface EventPlace {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateNonce: bigint;
  readonly eventType: string;
}

/**
 * A recorded event is of a type or a version that the definition does not know, or its payload cannot be
 * decoded.
 */
export class UnreadableEventError extends EventSourcingError {
  readonly code: UnreadableEventCode;
  readonly event: EventPlace;

  constructor(
    code: UnreadableEventCode,
    event: EventPlace,
    why: string,
    whatToDo: string,
    options?: ErrorOptions,
  ) {
    const { aggregateType, aggregateId, aggregateNonce, eventType } = event;
    super(
      `Event ${aggregateNonce} of ${aggregateType} "${aggregateId}", ${eventType}, ${why}. ${whatToDo}`,
      options,
    );
    this.code = code;
    this.event = { aggregateType, aggregateId, aggregateNonce, eventType };
  }
}

/** A command decided against itself. Nothing was written. */
export class CommandRejectedError extends EventSourcingError {
  readonly code = "command-rejected";
  /** The command's name, such as `Account.withdraw`. */
  readonly command: string;
  /** What the command gave as its reason, such as `insufficient-funds`. */
  readonly rejection: string;
  /** What it told beyond that. */
  readonly detail: unknown;
  /** Which attempt it was rejected in, from 1: more than 1 when it was overtaken before. */
  readonly attempts: number;

  constructor(command: string, rejection: string, detail?: unknown, attempts = 1) {
    super(`${command} was rejected: ${rejection}. Nothing was written; repeat it when the reason is gone.`);
    this.command = command;
    this.rejection = rejection;
    this.detail = detail;
    this.attempts = attempts;
  }
}
