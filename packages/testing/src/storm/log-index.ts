import type { RecordedEvent } from "@leftfold/core";
import { labelOf } from "./storm-ledger.ts";

/** A log that events are looked up in. */
export class LogIndex {
  readonly log: readonly RecordedEvent[];
  readonly byLabel: Map<string, RecordedEvent> = new Map();
  readonly #eventIds = new Set<string>();
  /** The global nonces of each aggregate's events, in order. */
  readonly #streams = new Map<string, bigint[]>();

  constructor(log: readonly RecordedEvent[]) {
    this.log = log;
    for (const event of log) {
      this.byLabel.set(labelOf(event), event);
      this.#eventIds.add(event.eventId);
      const stream = this.#streams.get(event.aggregateId);
      if (stream === undefined) this.#streams.set(event.aggregateId, [event.globalNonce]);
      else stream.push(event.globalNonce);
    }
  }

  hasEventId(eventId: string): boolean {
    return this.#eventIds.has(eventId);
  }

  /** The last nonce that an aggregate had before a global nonce. */
  nonceBefore(aggregateId: string, globalNonce: bigint): bigint {
    const stream = this.#streams.get(aggregateId) ?? [];
    let [low, high] = [0, stream.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (stream[middle]! < globalNonce) low = middle + 1;
      else high = middle;
    }
    return BigInt(low);
  }

  /** An aggregate's event of this nonce; undefined when there is none. */
  eventOf(aggregateId: string, aggregateNonce: bigint): RecordedEvent | undefined {
    const globalNonce = this.#streams.get(aggregateId)?.[Number(aggregateNonce) - 1];
    return globalNonce === undefined ? undefined : this.log[Number(globalNonce) - 1];
  }
}
