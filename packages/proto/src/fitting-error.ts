import { toBinary } from "@bufbuild/protobuf";
import { type ErrorDetail, ErrorDetailSchema } from "./gen/leftfold/eventstore/v1/error_pb.ts";

// gRPC sends an error in headers, and many of its clients take 8 KiB of them in all: a longer error arrives
// as another one, "resource exhausted", which would be tried again in vain. The message goes twice, once with
// up to three characters for a byte; the detail goes in base64.
const messageBytesMax = 1024;
const detailBytesMax = 2048;

const encoder = new TextEncoder();
const messageRoom = new Uint8Array(messageBytesMax);

/** The message, cut to what a header takes. */
export function fittingMessage(message: string): string {
  const { read } = encoder.encodeInto(message, messageRoom);
  return read === message.length ? message : `${message.slice(0, read)}…`;
}

/**
 * The detail with as much of its list as a header takes, from the start, and the number of those left out in
 * `omitted`. Changes the detail that it is given, and returns it.
 */
export function fittingDetail(detail: ErrorDetail): ErrorDetail {
  const list = listOf(detail);
  if (list === undefined) return detail;
  const complete = list.length;
  while (list.length > 0) {
    const size = toBinary(ErrorDetailSchema, detail).length;
    if (size <= detailBytesMax) break;
    list.length = Math.min(list.length - 1, Math.floor((list.length * detailBytesMax) / size));
    detail.omitted = complete - list.length;
  }
  return detail;
}

function listOf({ detail }: ErrorDetail): unknown[] | undefined {
  switch (detail.case) {
    case "concurrencyConflict":
    case "invalidArgument":
      return detail.value.violations;
    case "duplicateEventId":
      return detail.value.eventIds;
    case "idempotencyMismatch":
    case "resourceExhausted":
    case "internal":
    case undefined:
      return undefined;
  }
}
