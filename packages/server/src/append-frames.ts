import { toBinary } from "@bufbuild/protobuf";
import { type AppendResult, EventStoreError } from "@leftfold/core";
import { AppendOutcomeSchema, appendOutcomeToWire } from "@leftfold/proto";
import { FrameWriter } from "./frame-writer.ts";

// Writing never waits, so one writer serves all.
const frame = new FrameWriter();

/** An `AppendResponse` in its envelope: the bytes that `toBinary` gives, without its walk over descriptors. */
export function appendFrame(result: AppendResult): Uint8Array {
  frame.begin();
  writeResult(result);
  return frame.finish();
}

/** An `AppendBatchResponse` in its envelope: the bytes that `toBinary` gives, without its walk over descriptors. */
export function appendBatchFrame(outcomes: readonly (AppendResult | EventStoreError)[]): Uint8Array {
  frame.begin();
  for (const outcome of outcomes) {
    const start = frame.open(0x0a);
    if (outcome instanceof EventStoreError) {
      // A failure is rare enough for the general way.
      frame.raw(toBinary(AppendOutcomeSchema, appendOutcomeToWire(outcome)));
    } else {
      const inner = frame.open(0x0a);
      writeResult(outcome);
      frame.close(inner);
    }
    frame.close(start);
  }
  return frame.finish();
}

function writeResult({ firstGlobalNonce, lastGlobalNonce, aggregates, replayed }: AppendResult): void {
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
