import type { ProposedEvent } from "@leftfold/core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Codec } from "../codec.ts";
import { InvalidDefinitionError, InvalidEventDataError } from "../errors.ts";

/** What is known of an event type for writing it. */
export interface EventWriting {
  readonly aggregateType: string;
  readonly eventType: string;
  readonly schema: StandardSchemaV1;
  readonly codec: Codec;
  readonly eventVersion: number;
  /** The tags that the definition gives to an event of this type. */
  readonly tagsOf: ((data: never, aggregateId: string) => readonly string[]) | undefined;
}

/** An event as a command emits it, its type left out. */
export interface EmittedEvent {
  readonly data: unknown;
  readonly tags?: readonly string[];
  readonly occurredAt?: Date;
}

/**
 * Validates, encodes and tags one event.
 *
 * @throws `invalid-event-data` when schema or codec refuse it; `invalid-definition` for a schema that
 * validates asynchronously.
 */
export function proposedEvent(
  writing: EventWriting,
  emitted: EmittedEvent,
  aggregateId: string,
): ProposedEvent {
  const { eventType, codec, eventVersion, tagsOf } = writing;
  const data = validData(writing, emitted.data);
  // What the schema gave is what the definition's tags are declared for.
  const own = tagsOf?.(data as never, aggregateId) ?? [];
  const tags = [...new Set([...own, ...(emitted.tags ?? [])])];
  return {
    eventType,
    contentType: codec.contentType,
    payload: encoded(writing, data),
    eventVersion,
    ...(tags.length > 0 && { tags }),
    ...(emitted.occurredAt !== undefined && { occurredAt: emitted.occurredAt }),
  };
}

/** The data as the schema gives it. */
function validData(
  { aggregateType, eventType, schema }: Pick<EventWriting, "aggregateType" | "eventType" | "schema">,
  input: unknown,
): unknown {
  const result = schema["~standard"].validate(input);
  if (result instanceof Promise) {
    result.catch(() => {});
    throw new InvalidDefinitionError(
      `The schema of ${eventType} of ${aggregateType} validates asynchronously. Commands are pure: use a schema ` +
        "that needs nothing but the data, and look up the rest before the command.",
    );
  }
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map(({ path, message }) => ({ path: written(path), message }));
  throw new InvalidEventDataError(aggregateType, eventType, issues);
}

function written(path: StandardSchemaV1.Issue["path"]): string {
  return (path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".");
}

function encoded({ aggregateType, eventType, codec }: EventWriting, data: unknown): Uint8Array {
  try {
    return codec.encode(eventType, data);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidEventDataError(aggregateType, eventType, [{ path: "", message }], { cause });
  }
}
