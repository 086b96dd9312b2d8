import { fromBinary, type Message } from "@bufbuild/protobuf";
import type { Empty } from "@bufbuild/protobuf/wkt";
import type { AggregateHead, AppendResult, EventStoreError } from "@leftfold/core";
import { appendOutcomeFromWire } from "./convert-outcome.ts";
import { extended } from "./extended.ts";
import { AppendOutcomeSchema } from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";
import { encodedBytes } from "./raw-responses.ts";
import { readName, readText } from "./read-text.ts";
import { WireReader } from "./wire-reader.ts";

const elementNumber = 1;
const elementTag = 0x0a;
const lengthDelimited = 2;

/** The `AppendBatchRequest` of the `RawEventStoreService` that holds these appends, each as `encodeAppend` gives it. */
export function rawAppendBatch(appends: readonly Uint8Array[]): Empty {
  return {
    $typeName: "google.protobuf.Empty",
    $unknown: appends.map((data) => ({ no: elementNumber, wireType: lengthDelimited, data })),
  };
}

/**
 * What became of the appends of a batch, in their order, from the response of the `RawEventStoreService`. An error is returned, not
 * thrown: it concerns one append.
 *
 * @throws `internal` when the response is cut.
 */
export function appendOutcomesOf(response: Message): (AppendResult | EventStoreError)[] {
  const bytes = encodedBytes(response);
  if (bytes !== undefined) return readOutcomes(new WireReader(bytes, 0, bytes.length));
  const outcomes: (AppendResult | EventStoreError)[] = [];
  for (const { no, wireType, data } of response.$unknown ?? []) {
    if (no !== elementNumber || wireType !== lengthDelimited) continue;
    const reader = new WireReader(data, 0, data.length);
    reader.enter();
    outcomes.push(readOutcome(reader));
  }
  return outcomes;
}

function readOutcomes(reader: WireReader): (AppendResult | EventStoreError)[] {
  const outcomes: (AppendResult | EventStoreError)[] = [];
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag !== elementTag) {
      reader.skip(tag);
      continue;
    }
    const outerEnd = reader.enter();
    outcomes.push(readOutcome(reader));
    reader.leave(outerEnd);
  }
  return outcomes;
}

const acceptedTag = 0x0a;

/** Reads one outcome, up to the reader's end. Whatever is not just a result is rare, and left to the generated message. */
function readOutcome(reader: WireReader): AppendResult | EventStoreError {
  const { bytes, position: start, end } = reader;
  if (start < end && reader.tag() === acceptedTag) {
    const outerEnd = reader.enter();
    const isAlone = reader.end === end;
    if (isAlone) {
      const result = readResult(reader);
      reader.leave(outerEnd);
      return result;
    }
    reader.leave(outerEnd);
  }
  reader.position = end;
  return appendOutcomeFromWire(fromBinary(AppendOutcomeSchema, bytes.subarray(start, end)));
}

function readResult(reader: WireReader): AppendResult {
  let firstGlobalNonce = 0n;
  let lastGlobalNonce = 0n;
  let aggregates: AggregateHead[] | undefined;
  let replayed = false;
  while (reader.position < reader.end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08:
        firstGlobalNonce = reader.uint64();
        break;
      case 0x10:
        lastGlobalNonce = reader.uint64();
        break;
      case 0x1a: {
        const outerEnd = reader.enter();
        aggregates = extended(aggregates, readHead(reader));
        reader.leave(outerEnd);
        break;
      }
      case 0x20:
        replayed = reader.uint32() !== 0;
        break;
      default:
        reader.skip(tag);
    }
  }
  return { firstGlobalNonce, lastGlobalNonce, aggregates: aggregates ?? [], replayed };
}

function readHead(reader: WireReader): AggregateHead {
  let aggregateType = "";
  let aggregateId = "";
  let aggregateNonce = 0n;
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) aggregateType = readName(reader);
    else if (tag === 0x12) aggregateId = readText(reader);
    else if (tag === 0x18) aggregateNonce = reader.uint64();
    else reader.skip(tag);
  }
  return { aggregateType, aggregateId, aggregateNonce };
}
