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

/** A row of a page: an event as PostgreSQL's text format has bytes, `\x` and then hexadecimal digits. */
export type EncodedRow = readonly [event: Buffer];

/** Joins rows, at least one, into a batch: only the hexadecimal is undone, nothing is decoded. */
export function batchOfRows(rows: readonly EncodedRow[]): LogBatch {
  let size = 0;
  for (const [event] of rows) size += bytesOf(event);
  const bytes = Buffer.allocUnsafeSlow(size);
  let end = 0;
  for (const [event] of rows) end += bytes.write(event.toString("latin1", 2), end, "hex");
  return new LogBatch({
    bytes,
    count: rows.length,
    firstGlobalNonce: globalNonceOf(bytes.subarray(0, bytesOf(rows[0]![0]))),
    lastGlobalNonce: globalNonceOf(bytes.subarray(size - bytesOf(rows.at(-1)![0]))),
  });
}

function bytesOf(event: Buffer): number {
  return (event.length - 2) / 2;
}

function globalNonceOf(element: Uint8Array): bigint {
  return decodeEvents(element)[0]!.globalNonce;
}
