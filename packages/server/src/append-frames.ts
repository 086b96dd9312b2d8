import { toBinary } from "@bufbuild/protobuf";
import { type AppendBatchResponse, AppendOutcomeSchema, type AppendResponse } from "@leftfold/proto";
import { FrameWriter } from "./frame-writer.ts";

// Writing never waits, so one writer serves all.
const frame = new FrameWriter();

/** The answer in its envelope: the bytes that `toBinary` gives, without its walk over descriptors. */
export function appendFrame(response: AppendResponse): Uint8Array {
  frame.begin();
  writeResponse(response);
  return frame.finish();
}

/** The answer in its envelope: the bytes that `toBinary` gives, without its walk over descriptors. */
export function appendBatchFrame({ outcomes }: AppendBatchResponse): Uint8Array {
  frame.begin();
  for (const outcome of outcomes) {
    const start = frame.open(0x0a);
    if (outcome.outcome.case === "accepted") {
      const inner = frame.open(0x0a);
      writeResponse(outcome.outcome.value);
      frame.close(inner);
    } else {
      // A failure is rare enough for the general way.
      frame.raw(toBinary(AppendOutcomeSchema, outcome));
    }
    frame.close(start);
  }
  return frame.finish();
}

function writeResponse({ firstGlobalNonce, lastGlobalNonce, aggregates, replayed }: AppendResponse): void {
  frame.uint64(0x08, firstGlobalNonce);
  frame.uint64(0x10, lastGlobalNonce);
  for (const { aggregateType, aggregateId, aggregateNonce } of aggregates) {
    const start = frame.open(0x1a);
    frame.text(0x0a, aggregateType);
    frame.text(0x12, aggregateId);
    frame.uint64(0x18, aggregateNonce);
    frame.close(start);
  }
  if (replayed) frame.true(0x20);
}
