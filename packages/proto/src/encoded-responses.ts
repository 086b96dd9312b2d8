import { fromBinary } from "@bufbuild/protobuf";
import type { FollowMessage } from "@leftfold/core";
import type { EncodedBatch } from "./encoded-batch.ts";
import {
  type EventBatch,
  EventBatchSchema,
  type ReadAllResponse,
  ReadAllResponseSchema,
  type ReadStreamResponse,
  ReadStreamResponseSchema,
  type SubscribeResponse,
} from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";
import type { WireEncoding } from "./wire-encoding.ts";

// Events pass through Connect without being taken apart. protobuf-es writes a message's unknown fields as
// they are, after its known ones: a response without known events, and with the whole batch as one unknown
// field, serialises to exactly the batch. The batch's first byte is the field's tag, which is written for it;
// all that follows is the field's data, although it is many fields: nobody looks. JSON has no unknown fields,
// so there the events are decoded and filled in.

/** The response that serialises to the batch's bytes. */
export function readStreamResponseOf(batch: EncodedBatch, encoding: WireEncoding): ReadStreamResponse {
  if (encoding === "json") return fromBinary(ReadStreamResponseSchema, batch.bytes);
  return { $typeName: "leftfold.eventstore.v1.ReadStreamResponse", ...opaque(batch) };
}

/** The response that serialises to the batch's bytes. */
export function readAllResponseOf(batch: EncodedBatch, encoding: WireEncoding): ReadAllResponse {
  if (encoding === "json") return fromBinary(ReadAllResponseSchema, batch.bytes);
  return { $typeName: "leftfold.eventstore.v1.ReadAllResponse", ...opaque(batch) };
}

/** The response that serialises to the message, with the batch's bytes as they are. */
export function subscribeResponseOf(
  message: FollowMessage<EncodedBatch>,
  encoding: WireEncoding,
): SubscribeResponse {
  return { $typeName: "leftfold.eventstore.v1.SubscribeResponse", message: caseOf(message, encoding) };
}

function caseOf(message: FollowMessage<EncodedBatch>, encoding: WireEncoding): SubscribeResponse["message"] {
  switch (message.kind) {
    case "batch":
      return { case: "batch", value: eventBatchOf(message.batch, encoding) };
    case "checkpoint":
      return { case: "checkpoint", value: message.globalNonce };
    case "caughtUp":
      return { case: "caughtUp", value: message.globalNonce };
  }
}

function eventBatchOf(batch: EncodedBatch, encoding: WireEncoding): EventBatch {
  if (encoding === "json") return fromBinary(EventBatchSchema, batch.bytes);
  return { $typeName: "leftfold.eventstore.v1.EventBatch", ...opaque(batch) };
}

const eventsFieldNumber = 1;
const lengthDelimited = 2;

function opaque({ bytes }: EncodedBatch): Pick<EventBatch, "events" | "$unknown"> {
  return {
    events: [],
    $unknown: [{ no: eventsFieldNumber, wireType: lengthDelimited, data: bytes.subarray(1) }],
  };
}
