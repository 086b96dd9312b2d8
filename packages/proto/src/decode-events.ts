import type { RecordedEvent } from "@leftfold/core";
import { readEvent } from "./read-event.ts";
import { WireReader } from "./wire-reader.ts";

/**
 * The events of an `EncodedBatch`, or of any encoded message with a field `repeated RecordedEvent` of number 1.
 *
 * A payload is a view of `bytes`, not a copy: it keeps the whole batch in memory, and changes with it.
 *
 * @throws `internal` when the bytes are cut or are no such message.
 */
export function decodeEvents(bytes: Uint8Array): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  readEvents(new WireReader(bytes, 0, bytes.length), events);
  return events;
}

/**
 * The event whose encoded `RecordedEvent` is at `start` to `end` (exclusive) of `bytes`.
 *
 * Takes any valid encoding: fields in any order, unknown ones skipped, the last of several kept, defaults for
 * missing ones (the epoch for a time). A time finer than a millisecond is cut to it. The payload is a view of
 * `bytes`, not a copy.
 *
 * @throws `internal` when the bytes are cut or are no such message.
 */
export function decodeRecordedEvent(bytes: Uint8Array, start = 0, end: number = bytes.length): RecordedEvent {
  return readEvent(new WireReader(bytes, start, end));
}

const eventsTag = 0x0a;

/** Reads the field `repeated RecordedEvent events = 1` of a message, up to the reader's end. */
export function readEvents(reader: WireReader, into: RecordedEvent[]): void {
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag !== eventsTag) {
      reader.skip(tag);
      continue;
    }
    const outerEnd = reader.enter();
    into.push(readEvent(reader));
    reader.leave(outerEnd);
  }
}
