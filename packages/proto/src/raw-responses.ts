import type { Message, UnknownField } from "@bufbuild/protobuf";
import type { FollowMessage, RecordedEvent } from "@leftfold/core";
import { readEvents } from "./decode-events.ts";
import { malformed } from "./malformed.ts";
import { readEvent } from "./read-event.ts";
import { WireReader } from "./wire-reader.ts";

const varint = 0;
const lengthDelimited = 2;

/**
 * The events of a response to `readStream` or `readAll` of the `RawEventStoreService`. Their payloads are
 * views of what was received.
 *
 * @throws `internal` when the response is cut, or was not read as binary.
 */
export function eventsOf(response: Message): RecordedEvent[] {
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
  let message: FollowMessage<RecordedEvent[]> | undefined;
  for (const { no, wireType, data } of fieldsOf(response)) {
    if (no === 1 && wireType === lengthDelimited) {
      const reader = readerOf(data);
      reader.enter();
      // Of a message that comes twice the lists are joined, unless another kind came in between.
      const batch = message?.kind === "batch" ? message.batch : [];
      readEvents(reader, batch);
      message = { kind: "batch", batch };
    } else if (no === 2 && wireType === varint) {
      message = { kind: "checkpoint", globalNonce: readerOf(data).uint64() };
    } else if (no === 3 && wireType === varint) {
      message = { kind: "caughtUp", globalNonce: readerOf(data).uint64() };
    }
  }
  return message;
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
