import {
  type AggregateAppend,
  type AppendCondition,
  type AppendRequest,
  any,
  type ExpectedNonce,
  exact,
  noStream,
  type ProposedEvent,
  streamExists,
} from "@leftfold/core";
import { extended } from "./extended.ts";
import type { Mutable } from "./mutable.ts";
import { nested, unusual } from "./nested.ts";
import { readAppendCondition } from "./read-append-condition.ts";
import { readEntry } from "./read-entry.ts";
import { readName, readText } from "./read-text.ts";
import { timestampMs } from "./read-timestamp.ts";
import { WireReader } from "./wire-reader.ts";

/** An append, and whose log it is for. */
export interface TenantAppend {
  readonly tenantId: string;
  readonly request: AppendRequest;
}

/**
 * What an encoded `AppendRequest` asks for, not yet validated, as `appendRequestFromWire` gives it, at a fraction of the cost: this is
 * what a server does most. Payloads are views of `bytes`.
 *
 * @throws for what is no such message, and for what clients do not send: fields that are not known here, parts that come twice, times
 * that are none, a missing expectation or query. Then the generated code has to tell what it is.
 */
export function decodeAppend(bytes: Uint8Array): TenantAppend {
  return readAppend(new WireReader(bytes, 0, bytes.length));
}

/** The same for all appends of an encoded `AppendBatchRequest`, in their order. */
export function decodeAppendBatch(bytes: Uint8Array): TenantAppend[] {
  const reader = new WireReader(bytes, 0, bytes.length);
  const appends: TenantAppend[] = [];
  while (reader.position < reader.end) {
    if (reader.tag() !== 0x0a) throw unusual();
    appends.push(nested(reader, readAppend));
  }
  return appends;
}

function readAppend(reader: WireReader): TenantAppend {
  let tenantId = "";
  let idempotencyKey: string | undefined;
  let appends: AggregateAppend[] | undefined;
  let conditions: AppendCondition[] | undefined;
  while (reader.position < reader.end) {
    switch (reader.tag()) {
      case 0x0a:
        tenantId = readName(reader);
        break;
      case 0x12:
        appends = extended(appends, nested(reader, readAggregate));
        break;
      case 0x1a:
        conditions = extended(conditions, nested(reader, readAppendCondition));
        break;
      case 0x22:
        idempotencyKey = readText(reader);
        break;
      default:
        throw unusual();
    }
  }
  const request: Mutable<AppendRequest> = { appends: appends ?? [] };
  if (conditions !== undefined) request.conditions = conditions;
  if (idempotencyKey !== undefined) request.idempotencyKey = idempotencyKey;
  return { tenantId, request };
}

function readAggregate(reader: WireReader): AggregateAppend {
  let aggregateType = "";
  let aggregateId = "";
  let expected: ExpectedNonce | undefined;
  let events: ProposedEvent[] | undefined;
  while (reader.position < reader.end) {
    switch (reader.tag()) {
      case 0x0a:
        aggregateType = readName(reader);
        break;
      case 0x12:
        aggregateId = readText(reader);
        break;
      case 0x1a:
        if (expected !== undefined) throw unusual();
        expected = nested(reader, readExpected);
        break;
      case 0x22:
        events = extended(events, nested(reader, readEvent));
        break;
      default:
        throw unusual();
    }
  }
  if (expected === undefined) throw unusual();
  return { aggregateType, aggregateId, expected, events: events ?? [] };
}

function readExpected(reader: WireReader): ExpectedNonce {
  const tag = reader.tag();
  const expected = tag === 0x08 ? exact(reader.uint64()) : expectationOf(tag);
  if (tag !== 0x08 && reader.length() !== 0) throw unusual();
  if (reader.position !== reader.end) throw unusual();
  return expected;
}

function expectationOf(tag: number): ExpectedNonce {
  switch (tag) {
    case 0x12:
      return noStream;
    case 0x1a:
      return streamExists;
    case 0x22:
      return any;
    default:
      throw unusual();
  }
}

function readEvent(reader: WireReader): ProposedEvent {
  const event: Mutable<ProposedEvent> = { eventType: "", payload: noBytes, contentType: "" };
  let tags: string[] | undefined;
  let metadata: Record<string, string> | undefined;
  while (reader.position < reader.end) {
    switch (reader.tag()) {
      case 0x0a:
        event.eventType = readName(reader);
        break;
      case 0x12:
        event.contentType = readName(reader);
        break;
      case 0x1a:
        event.eventId = readText(reader);
        break;
      case 0x20:
        event.eventVersion = reader.uint32();
        break;
      case 0x28:
        event.aggregateNonce = reader.uint64();
        break;
      case 0x32:
        tags = extended(tags, readText(reader));
        break;
      case 0x3a:
        if (event.occurredAt !== undefined) throw unusual();
        event.occurredAt = readTime(reader);
        break;
      case 0x42:
        event.correlationId = readText(reader);
        break;
      case 0x4a:
        event.causationId = readText(reader);
        break;
      case 0x52:
        event.actorId = readText(reader);
        break;
      case 0x5a:
        metadata ??= {};
        readEntry(reader, metadata);
        break;
      case 0x62:
        event.payload = readBytes(reader);
        break;
      default:
        throw unusual();
    }
  }
  if (tags !== undefined) event.tags = tags;
  if (metadata !== undefined) event.metadata = metadata;
  return event;
}

const noBytes = new Uint8Array(0);

/** Always a plain `Uint8Array`, also when what was received is one of Node's buffers. */
function readBytes(reader: WireReader): Uint8Array {
  const length = reader.length();
  const start = reader.position;
  reader.position = start + length;
  return new Uint8Array(reader.bytes.buffer, reader.bytes.byteOffset + start, length);
}

/** In whole milliseconds: what is finer is refused, not cut off, and so left to whoever names the field. */
function readTime(reader: WireReader): Date {
  const outerEnd = reader.enter();
  let seconds = 0;
  let nanos = 0;
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag === 0x08) seconds = reader.int64Number();
    else if (tag === 0x10) nanos = reader.int32();
    else throw unusual();
  }
  reader.leave(outerEnd);
  if (nanos % 1_000_000 !== 0) throw unusual();
  return new Date(timestampMs(seconds, nanos));
}
