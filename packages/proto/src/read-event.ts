import type { RecordedEvent } from "@leftfold/core";
import type { Mutable } from "./mutable.ts";
import { readEntry } from "./read-entry.ts";
import { readName, readText } from "./read-text.ts";
import { readTimestamp } from "./read-timestamp.ts";
import type { WireReader } from "./wire-reader.ts";

const noTags: readonly string[] = Object.freeze([]);
const noMetadata: Readonly<Record<string, string>> = Object.freeze({});
const noPayload: Uint8Array = new Uint8Array(0);

/**
 * Reads one event, up to the reader's end. A field whose wire type is not the declared one is skipped as
 * unknown.
 */
export function readEvent(reader: WireReader): RecordedEvent {
  const { bytes } = reader;
  let tenantId = "";
  let globalNonce = 0n;
  let aggregateType = "";
  let aggregateId = "";
  let aggregateNonce = 0n;
  let eventId = "";
  let eventType = "";
  let eventVersion = 0;
  let contentType = "";
  let occurredAtMs = 0;
  let recordedAtMs = 0;
  let tags: string[] | undefined;
  let correlationId: string | undefined;
  let causationId: string | undefined;
  let actorId: string | undefined;
  let metadata: Record<string, string> | undefined;
  let payload = noPayload;
  while (reader.position < reader.end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        tenantId = readName(reader);
        break;
      case 0x10:
        globalNonce = reader.uint64();
        break;
      case 0x1a:
        aggregateType = readName(reader);
        break;
      case 0x22:
        aggregateId = readText(reader);
        break;
      case 0x28:
        aggregateNonce = reader.uint64();
        break;
      case 0x32:
        eventId = readText(reader);
        break;
      case 0x3a:
        eventType = readName(reader);
        break;
      case 0x40:
        eventVersion = reader.uint32();
        break;
      case 0x4a:
        contentType = readName(reader);
        break;
      case 0x52:
        occurredAtMs = readTimestamp(reader, occurredAtMs);
        break;
      case 0x5a:
        recordedAtMs = readTimestamp(reader, recordedAtMs);
        break;
      case 0x62:
        tags ??= [];
        tags.push(readText(reader));
        break;
      case 0x6a:
        correlationId = readText(reader);
        break;
      case 0x72:
        causationId = readText(reader);
        break;
      case 0x7a:
        actorId = readText(reader);
        break;
      case 0x82:
        metadata ??= {};
        readEntry(reader, metadata);
        break;
      case 0x8a: {
        const length = reader.length();
        // Always a plain Uint8Array, also when the batch is one of Node's buffers.
        payload = new Uint8Array(bytes.buffer, bytes.byteOffset + reader.position, length);
        reader.position += length;
        break;
      }
      default:
        reader.skip(tag);
    }
  }
  const event: Mutable<RecordedEvent> = {
    tenantId,
    globalNonce,
    aggregateType,
    aggregateId,
    aggregateNonce,
    eventId,
    eventType,
    eventVersion,
    contentType,
    occurredAt: new Date(occurredAtMs),
    recordedAt: new Date(recordedAtMs),
    tags: tags ?? noTags,
    metadata: metadata ?? noMetadata,
    payload,
  };
  if (correlationId !== undefined) event.correlationId = correlationId;
  if (causationId !== undefined) event.causationId = causationId;
  if (actorId !== undefined) event.actorId = actorId;
  return event;
}
