import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  type AppendBatchRequest,
  AppendBatchRequestSchema,
  type AppendRequest,
  AppendRequestSchema,
} from "@leftfold/proto";

// What `fromBinary` does by walking over descriptors, written out for the one message that comes all the
// time. Whatever is rare (conditions, fields that come twice, fields of a newer client) is left to
// `fromBinary`, and so is the error for what is no message.

type AggregateAppend = AppendRequest["appends"][number];
type ExpectedNonce = NonNullable<AggregateAppend["expected"]>;
type ProposedEvent = AggregateAppend["events"][number];
type Timestamp = NonNullable<ProposedEvent["occurredAt"]>;

/** Thrown for what is left to `fromBinary`. One for all: a stack for each would cost more than is won. */
const rare = new Error("This is for fromBinary.");

/** The message, just as `fromBinary` gives it. @throws what `fromBinary` throws. */
export function readAppendRequest(bytes: Uint8Array): AppendRequest {
  try {
    const reader = new BinaryReader(bytes);
    return readRequest(reader, reader.len);
  } catch {
    return fromBinary(AppendRequestSchema, bytes);
  }
}

/** The message, just as `fromBinary` gives it. @throws what `fromBinary` throws. */
export function readAppendBatchRequest(bytes: Uint8Array): AppendBatchRequest {
  try {
    const reader = new BinaryReader(bytes);
    const appends: AppendRequest[] = [];
    while (reader.pos < reader.len) {
      if (reader.uint32() !== 0x0a) throw rare;
      appends.push(readRequest(reader, endOf(reader, reader.len)));
    }
    return { $typeName: "leftfold.eventstore.v1.AppendBatchRequest", appends };
  } catch {
    return fromBinary(AppendBatchRequestSchema, bytes);
  }
}

/** Where the nested message that comes next ends. */
function endOf(reader: BinaryReader, outerEnd: number): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > outerEnd) throw rare;
  return end;
}

/** Fields were read beyond the end of the message that they are in. */
function checkEnd(reader: BinaryReader, end: number): void {
  if (reader.pos !== end) throw rare;
}

function readRequest(reader: BinaryReader, end: number): AppendRequest {
  const request: AppendRequest = {
    $typeName: "leftfold.eventstore.v1.AppendRequest",
    tenantId: "",
    appends: [],
    conditions: [],
  };
  while (reader.pos < end) {
    switch (reader.uint32()) {
      case 0x0a:
        request.tenantId = reader.string(true);
        break;
      case 0x12:
        request.appends.push(readAggregate(reader, endOf(reader, end)));
        break;
      case 0x22:
        request.idempotencyKey = reader.string(true);
        break;
      default:
        throw rare;
    }
  }
  checkEnd(reader, end);
  return request;
}

function readAggregate(reader: BinaryReader, end: number): AggregateAppend {
  const append: AggregateAppend = {
    $typeName: "leftfold.eventstore.v1.AggregateAppend",
    aggregateType: "",
    aggregateId: "",
    events: [],
  };
  while (reader.pos < end) {
    switch (reader.uint32()) {
      case 0x0a:
        append.aggregateType = reader.string(true);
        break;
      case 0x12:
        append.aggregateId = reader.string(true);
        break;
      case 0x1a:
        if (append.expected !== undefined) throw rare;
        append.expected = readExpected(reader, endOf(reader, end));
        break;
      case 0x22:
        append.events.push(readEvent(reader, endOf(reader, end)));
        break;
      default:
        throw rare;
    }
  }
  checkEnd(reader, end);
  return append;
}

function readExpected(reader: BinaryReader, end: number): ExpectedNonce {
  if (reader.pos === end) throw rare;
  const tag = reader.uint32();
  const expected = tag === 0x08 ? exact(reader) : empty(reader, tag);
  checkEnd(reader, end);
  return { $typeName: "leftfold.eventstore.v1.ExpectedNonce", expected };
}

function exact(reader: BinaryReader): ExpectedNonce["expected"] {
  return { case: "exact", value: BigInt(reader.uint64()) };
}

/** One of the expectations that say nothing more. */
function empty(reader: BinaryReader, tag: number): ExpectedNonce["expected"] {
  if (reader.uint32() !== 0) throw rare;
  switch (tag) {
    case 0x12:
      return { case: "noStream", value: { $typeName: "leftfold.eventstore.v1.ExpectedNonce.NoStream" } };
    case 0x1a:
      return {
        case: "streamExists",
        value: { $typeName: "leftfold.eventstore.v1.ExpectedNonce.StreamExists" },
      };
    case 0x22:
      return { case: "any", value: { $typeName: "leftfold.eventstore.v1.ExpectedNonce.Any" } };
    default:
      throw rare;
  }
}

function readEvent(reader: BinaryReader, end: number): ProposedEvent {
  const event: ProposedEvent = {
    $typeName: "leftfold.eventstore.v1.ProposedEvent",
    eventType: "",
    contentType: "",
    tags: [],
    metadata: {},
    payload: noBytes,
  };
  while (reader.pos < end) {
    switch (reader.uint32()) {
      case 0x0a:
        event.eventType = reader.string(true);
        break;
      case 0x12:
        event.contentType = reader.string(true);
        break;
      case 0x1a:
        event.eventId = reader.string(true);
        break;
      case 0x20:
        event.eventVersion = reader.uint32();
        break;
      case 0x28:
        event.aggregateNonce = BigInt(reader.uint64());
        break;
      case 0x32:
        event.tags.push(reader.string(true));
        break;
      case 0x3a:
        if (event.occurredAt !== undefined) throw rare;
        event.occurredAt = readTimestamp(reader, endOf(reader, end));
        break;
      case 0x42:
        event.correlationId = reader.string(true);
        break;
      case 0x4a:
        event.causationId = reader.string(true);
        break;
      case 0x52:
        event.actorId = reader.string(true);
        break;
      case 0x5a:
        readEntry(reader, endOf(reader, end), event.metadata);
        break;
      case 0x62:
        event.payload = reader.bytes();
        break;
      default:
        throw rare;
    }
  }
  checkEnd(reader, end);
  return event;
}

const noBytes = new Uint8Array(0);

function readTimestamp(reader: BinaryReader, end: number): Timestamp {
  const timestamp: Timestamp = { $typeName: "google.protobuf.Timestamp", seconds: 0n, nanos: 0 };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 0x08) timestamp.seconds = BigInt(reader.int64());
    else if (tag === 0x10) timestamp.nanos = reader.int32();
    else throw rare;
  }
  checkEnd(reader, end);
  return timestamp;
}

function readEntry(reader: BinaryReader, end: number, metadata: Record<string, string>): void {
  let key = "";
  let value = "";
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 0x0a) key = reader.string(true);
    else if (tag === 0x12) value = reader.string(true);
    else throw rare;
  }
  checkEnd(reader, end);
  if (key === "__proto__") throw rare;
  metadata[key] = value;
}
