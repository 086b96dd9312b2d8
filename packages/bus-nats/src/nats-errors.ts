import {
  type EventStoreError,
  InvalidArgumentError,
  PermissionDeniedError,
  ResourceExhaustedError,
  UnauthenticatedError,
  UnavailableError,
} from "@leftfold/core";

/** What was tried, for messages. */
export interface NatsAttempt {
  /** Such as `connecting to nats://127.0.0.1:4222`. */
  readonly doing: string;
  /** What is sent, such as `the event 0189…`; undefined while connecting. */
  readonly sent?: string;
  readonly subject?: string;
}

/** Errors of JetStream's API that say something about the message, by their `err_code`. */
const messageTooLarge = 10054;
const otherStream = 10060;
/** Errors that say that there is no room, as a stream refuses what is new when it is full. */
const noRoom: ReadonlySet<unknown> = new Set([10023, 10047, 10077, 10122]);

/**
 * An error of NATS as one of core's, with what can be done about it.
 *
 * It is known by its name, as the connection may come from another copy of the library.
 */
export function natsError(error: unknown, attempt: NatsAttempt): EventStoreError {
  const { name, message, code } = asNamed(underlying(error));
  const { doing, sent = "the message", subject = "" } = attempt;
  switch (name) {
    case "AuthorizationError":
    case "UserAuthenticationExpiredError":
      return new UnauthenticatedError(`NATS refused the credentials while ${doing}: ${message}.`, {
        cause: error,
      });
    case "PermissionViolationError":
      return new PermissionDeniedError(`NATS forbids ${doing}: ${message}.`, { cause: error });
    case "JetStreamNotEnabled":
    case "NoResponders":
      return new UnavailableError(
        `No stream takes the subject "${subject}", or JetStream is not enabled. ` +
          "Create a stream for it, or let the sink do so (createStream).",
        { cause: error },
      );
    case "InvalidSubjectError":
      return invalid("subject", subject, "a subject without spaces and wildcards", error);
    case "InvalidArgumentError":
      return invalid(sent, message, "what the NATS server takes, see its max_payload", error);
  }
  if (code === messageTooLarge) return invalid(sent, message, "within the stream's max_msg_size", error);
  if (code === otherStream) {
    return invalid("stream", message, `the stream that takes the subject "${subject}"`, error);
  }
  if (noRoom.has(code)) {
    return new ResourceExhaustedError(
      `NATS has no room while ${doing}: ${message}. Give the stream more, or let it drop what is old.`,
      {
        cause: error,
        retryDelayMs: 1_000,
      },
    );
  }
  return new UnavailableError(`NATS failed while ${doing}: ${message}. Repeat the same events.`, {
    cause: error,
  });
}

function invalid(field: string, value: string, limit: string, cause: unknown): InvalidArgumentError {
  return new InvalidArgumentError([{ field, value: JSON.stringify(value.slice(0, 100)), limit }], { cause });
}

/** Requests that the server forbids fail as requests; what it says is behind that. */
function underlying(error: unknown): unknown {
  const isRequest = error instanceof Error && error.name === "RequestError";
  return isRequest && error.cause instanceof Error ? error.cause : error;
}

function asNamed(error: unknown): { name: string; message: string; code: unknown } {
  if (!(error instanceof Error)) return { name: "", message: String(error), code: undefined };
  return { name: error.name, message: error.message, code: "code" in error ? error.code : undefined };
}
