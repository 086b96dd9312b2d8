import { create, type Message, type UnknownField } from "@bufbuild/protobuf";
import { type Empty, EmptySchema } from "@bufbuild/protobuf/wkt";
import type { FollowMessage, RecordedEvent } from "@leftfold/core";
import { decodeEvents, readEvents } from "./decode-events.ts";
import { malformed } from "./malformed.ts";
import { readEvent } from "./read-event.ts";
import { WireReader } from "./wire-reader.ts";

const lengthDelimited = 2;

const encoded = Symbol("encoded");

/** A message of which there are only the encoded bytes. */
interface RawResponse extends Empty {
  readonly [encoded]: Uint8Array;
}

/** A response of the `RawEventStoreService` that is not taken apart before somebody asks for its events. */
export function rawResponse(bytes: Uint8Array): Message<"google.protobuf.Empty"> {
  return Object.assign(create(EmptySchema), { [encoded]: bytes });
}

export function encodedBytes(response: Message): Uint8Array | undefined {
  return (response as Partial<RawResponse>)[encoded];
}

/**
 * The events of a response to `readStream` or `readAll` of the `RawEventStoreService`. Their payloads are
 * views of what was received.
 *
 * @throws `internal` when the response is cut, or was not read as binary.
 */
export function eventsOf(response: Message): RecordedEvent[] {
  const bytes = encodedBytes(response);
  if (bytes !== undefined) return decodeEvents(bytes);
  const events: RecordedEvent[] = [];
  for (const { no, wireType, data } of fieldsOf(response)) {
    if (no !== 1 || wireType !== lengthDelimited) continue;
    const reader = readerOf(data);
    reader.enter();
    events.push(readEvent(reader));
  }
  return events;
}

/**
 * What a response to `subscribe` of the `RawEventStoreService` says; undefined when it is nothing that is
 * known here, which a newer server may send, and which may be passed over.
 *
 * @throws `internal` when the response is cut, or was not read as binary.
 */
export function followMessageOf(response: Message): FollowMessage<RecordedEvent[]> | undefined {
  const bytes = encodedBytes(response);
  let message: FollowMessage<RecordedEvent[]> | undefined;
  if (bytes !== undefined) {
    const reader = readerOf(bytes);
    while (reader.position < reader.end) {
      const tag = reader.tag();
      message = readMember(tag, reader, message);
    }
    return message;
  }
  for (const { no, wireType, data } of fieldsOf(response))
    message = readMember((no << 3) | wireType, readerOf(data), message);
  return message;
}

const batchTag = 0x0a;
const checkpointTag = 0x10;
const caughtUpTag = 0x18;

/** Reads one field of a response to `subscribe`. Returns what the response says with it. */
function readMember(
  tag: number,
  reader: WireReader,
  before: FollowMessage<RecordedEvent[]> | undefined,
): FollowMessage<RecordedEvent[]> | undefined {
  switch (tag) {
    case batchTag: {
      // Of a message that comes twice the lists are joined, unless another kind came in between.
      const batch = before?.kind === "batch" ? before.batch : [];
      const outerEnd = reader.enter();
      readEvents(reader, batch);
      reader.leave(outerEnd);
      return { kind: "batch", batch };
    }
    case checkpointTag:
      return { kind: "checkpoint", globalNonce: reader.uint64() };
    case caughtUpTag:
      return { kind: "caughtUp", globalNonce: reader.uint64() };
    default:
      reader.skip(tag);
      return before;
  }
}

/**
 * No response is empty. One that seems so was read as JSON, where unknown fields vanish: to go on would lose
 * events.
 */
function fieldsOf(response: Message): readonly UnknownField[] {
  if (response.$unknown !== undefined) return response.$unknown;
  throw malformed("the response has no fields. Let the transport use the binary format");
}

function readerOf(data: Uint8Array): WireReader {
  return new WireReader(data, 0, data.length);
}
