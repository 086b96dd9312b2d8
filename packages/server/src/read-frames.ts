import type { FollowMessage } from "@leftfold/core";
import type { EncodedBatch } from "@leftfold/proto";
import { FrameWriter } from "./frame-writer.ts";
import { envelopeBytes } from "./request-bounds.ts";

// Writing never waits, so one writer serves all.
const frame = new FrameWriter();
const batchTag = 0x0a;
const checkpointTag = 0x10;
const caughtUpTag = 0x18;

/** A response to a read in its envelope, in parts: the batch is its whole body, and is not copied. */
export function readFrame({ bytes }: EncodedBatch): readonly Uint8Array[] {
  const envelope = Buffer.allocUnsafe(envelopeBytes);
  envelope[0] = 0;
  envelope.writeUInt32BE(bytes.length, 1);
  return [envelope, bytes];
}

/** A message to a subscriber in its envelope, in parts: the bytes that `toBinary` gives, and the batch is not copied. */
export function followFrame(message: FollowMessage<EncodedBatch>): readonly Uint8Array[] {
  frame.begin();
  switch (message.kind) {
    case "batch": {
      const { bytes } = message.batch;
      frame.lengthOf(batchTag, bytes.length);
      return [frame.finish(bytes.length), bytes];
    }
    case "checkpoint":
      frame.oneofUint64(checkpointTag, message.globalNonce);
      return [frame.finish()];
    case "caughtUp":
      frame.oneofUint64(caughtUpTag, message.globalNonce);
      return [frame.finish()];
  }
}
