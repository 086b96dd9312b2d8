import type { RecordedEvent } from "@leftfold/core";
import { decodeEvents, type EncodedBatch } from "@leftfold/proto";

/** Events as they are stored, in the encoding of the wire. They are decoded when somebody looks at them, once for everybody. */
export class LogBatch implements EncodedBatch {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly firstGlobalNonce: bigint;
  readonly lastGlobalNonce: bigint;
  #events: readonly RecordedEvent[] | undefined;

  constructor(batch: {
    bytes: Uint8Array;
    count: number;
    firstGlobalNonce: bigint;
    lastGlobalNonce: bigint;
  }) {
    this.bytes = batch.bytes;
    this.count = batch.count;
    this.firstGlobalNonce = batch.firstGlobalNonce;
    this.lastGlobalNonce = batch.lastGlobalNonce;
  }

  /** Payloads are views of {@link bytes}. */
  get events(): readonly RecordedEvent[] {
    this.#events ??= decodeEvents(this.bytes);
    return this.#events;
  }
}
