import type { RecordedEvent } from "@leftfold/core";
import type { Codec } from "../codec.ts";
import { UnreadableEventError } from "../errors.ts";
import type { UpcasterChain } from "../upcasting.ts";

/** What is looked at in a recorded event to read it. */
export type ReadableEvent = Pick<
  RecordedEvent,
  | "aggregateType"
  | "aggregateId"
  | "aggregateNonce"
  | "eventType"
  | "eventVersion"
  | "contentType"
  | "payload"
>;

/** Gives the data of a recorded event of one type, in the current version. */
export type DataReader = (event: ReadableEvent) => unknown;

/**
 * Resolves once for an event type what would otherwise be looked up for each event.
 *
 * The reader throws `newer-event-version` for a version that the definition does not know, and
 * `undecodable-event` for another content type or a payload that the codec or an upcaster fails on.
 */
export function dataReader(codec: Codec, eventType: string, chain: UpcasterChain): DataReader {
  const { contentType } = codec;
  const decode = codec.decoder(eventType);
  const { currentVersion } = chain;
  return (event) => {
    if (event.eventVersion > currentVersion) throw newer(event, currentVersion);
    if (event.contentType !== contentType) throw otherContentType(event, contentType);
    try {
      const data = decode(event.payload);
      return event.eventVersion === currentVersion ? data : chain.upcast(data, event.eventVersion);
    } catch (cause) {
      throw undecodable(event, cause);
    }
  };
}

/** An event that its aggregate's definition does not name. */
export function unknownEvent(event: ReadableEvent): UnreadableEventError {
  const whatToDo = 'Add it to the definition, or pass over such events with `unknownEvents: "skip"`.';
  return new UnreadableEventError("unknown-event", event, "is not among its definition's events", whatToDo);
}

// An older program must not guess at what a newer one wrote, whatever it does with unknown events.
function newer(event: ReadableEvent, currentVersion: number): UnreadableEventError {
  const why = `has version ${event.eventVersion}, and its definition knows versions up to ${currentVersion}`;
  return new UnreadableEventError("newer-event-version", event, why, "Deploy the program that wrote it.");
}

function otherContentType(event: ReadableEvent, contentType: string): UnreadableEventError {
  const why = `is ${event.contentType}, and its definition's codec reads ${contentType}`;
  return new UnreadableEventError(
    "undecodable-event",
    event,
    why,
    "Give the definition a codec that reads both.",
  );
}

function undecodable(event: ReadableEvent, cause: unknown): UnreadableEventError {
  const whatToDo = "Look at the payload: the codec or an upcaster fails on it.";
  return new UnreadableEventError("undecodable-event", event, "cannot be decoded", whatToDo, { cause });
}
