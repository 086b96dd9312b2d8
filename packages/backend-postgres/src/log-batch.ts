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

/** A row of a page: envelope and payload as PostgreSQL's text format has bytes, `\x` and then hexadecimal digits. */
export type EncodedRow = readonly [envelope: Buffer, payload: Buffer];

/** Joins rows, at least one, into a batch: only the hexadecimal is undone, nothing is decoded. */
export function batchOfRows(rows: readonly EncodedRow[]): LogBatch {
  let size = 0;
  for (const [envelope, payload] of rows) size += (envelope.length + payload.length - 4) / 2;
  const bytes = Buffer.allocUnsafeSlow(size);
  let end = 0;
  let lastStart = 0;
  for (const [envelope, payload] of rows) {
    lastStart = end;
    end += bytes.write(envelope.toString("latin1", 2), end, "hex");
    if (payload.length > 2) end += bytes.write(payload.toString("latin1", 2), end, "hex");
  }
  const firstEnd = (rows[0]![0].length + rows[0]![1].length - 4) / 2;
  return new LogBatch({
    bytes,
    count: rows.length,
    firstGlobalNonce: globalNonceOf(bytes.subarray(0, firstEnd)),
    lastGlobalNonce: globalNonceOf(bytes.subarray(lastStart)),
  });
}

function globalNonceOf(element: Uint8Array): bigint {
  return decodeEvents(element)[0]!.globalNonce;
}
