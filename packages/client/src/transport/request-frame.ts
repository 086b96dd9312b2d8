import {
  create,
  type DescMessage,
  type MessageInitShape,
  toBinary,
  type UnknownField,
} from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { framed, prefixBytes, writePrefix } from "./grpc-frame.ts";

/** A request in gRPC's envelope. One that has fields only of the kind that its message does not know is written down as it is. */
export function requestFrame<I extends DescMessage>(input: I, request: MessageInitShape<I>): Buffer {
  const fields = (input as DescMessage) === EmptySchema ? unknownFieldsOf(request) : undefined;
  return fields === undefined ? framed(toBinary(input, create(input, request))) : framedFields(fields);
}

function unknownFieldsOf(request: object): readonly UnknownField[] | undefined {
  const { $unknown } = request as { readonly $unknown?: readonly UnknownField[] };
  // The tag of a higher number would take more than a byte.
  return $unknown?.every(({ no }) => no <= tagNumberMax) ? $unknown : undefined;
}

const tagNumberMax = 15;

/** As `toBinary` writes them, straight behind the prefix. */
function framedFields(fields: readonly UnknownField[]): Buffer {
  const byteCount = fields.reduce((sum, { data }) => sum + 1 + data.length, 0);
  const frame = Buffer.allocUnsafe(prefixBytes + byteCount);
  writePrefix(frame, byteCount);
  let at = prefixBytes;
  for (const { no, wireType, data } of fields) {
    frame[at++] = (no << 3) | wireType;
    frame.set(data, at);
    at += data.length;
  }
  return frame;
}
