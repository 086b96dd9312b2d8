import type { LogBatch } from "./log-batch.ts";

/** How much of a log is kept in memory for those who follow it. */
export interface TailBounds {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

export const defaultTailBounds: TailBounds = Object.freeze({
  eventsMax: 16_384,
  bytesMax: 16 * 1024 * 1024,
});

/** The newest batches of a log, in memory, without a gap up to the head. Bounded: the oldest go first. */
export class LiveTail {
  #batches: LogBatch[] = [];
  #events = 0;
  #bytes = 0;
  #head: bigint;
  readonly #bounds: TailBounds;

  constructor(head: bigint, bounds: TailBounds) {
    this.#head = head;
    this.#bounds = bounds;
  }

  get head(): bigint {
    return this.#head;
  }

  /** @param batch the one that starts right after the head. */
  push(batch: LogBatch): void {
    this.#batches.push(batch);
    this.#head = batch.lastGlobalNonce;
    this.#events += batch.count;
    this.#bytes += batch.bytes.length;
    const { eventsMax, bytesMax } = this.#bounds;
    while (this.#batches.length > 1 && (this.#events > eventsMax || this.#bytes > bytesMax)) {
      const oldest = this.#batches.shift()!;
      this.#events -= oldest.count;
      this.#bytes -= oldest.bytes.length;
    }
  }

  /** The batch that holds the event after a position; undefined when it is not in memory. */
  batchAfter(position: bigint): LogBatch | undefined {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#batches[middle]!.lastGlobalNonce > position) high = middle;
      else low = middle + 1;
    }
    const batch = this.#batches[low];
    return batch !== undefined && batch.firstGlobalNonce <= position + 1n ? batch : undefined;
  }
}
