import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { rawResponse } from "@leftfold/proto";

/** A message that is to be read without its fields is not looked at: whoever wants them has the bytes. */
export function messageOf<O extends DescMessage>(output: O, bytes: Uint8Array): MessageShape<O> {
  const isRaw = (output as DescMessage) === EmptySchema;
  return isRaw ? (rawResponse(bytes) as MessageShape<O>) : fromBinary(output, bytes);
}
