import { ResourceExhaustedError } from "@leftfold/core";
import type { PendingAppend } from "./pending-append.ts";

/** How much may wait, and how much goes into one commit. */
export interface QueueBounds {
  readonly waitingAppendsMax: number;
  readonly waitingBytesMax: number;
  readonly batchAppendsMax: number;
  readonly batchEventsMax: number;
  readonly batchBytesMax: number;
}

export const defaultQueueBounds: QueueBounds = Object.freeze({
  waitingAppendsMax: 20_000,
  waitingBytesMax: 256 * 1024 * 1024,
  batchAppendsMax: 1024,
  batchEventsMax: 4096,
  batchBytesMax: 8 * 1024 * 1024,
});

const retryDelayMs = 100;

/** The appends of one tenant that wait for their batch, in order of arrival. */
export class AppendQueue {
  readonly #bounds: QueueBounds;
  /** A place is empty once its append was taken. What stays in one is copied by the collector, while all appends wait. */
  #waiting: (PendingAppend | undefined)[] = [];
  #next = 0;
  #bytes = 0;

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.length - this.#next;
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** @throws `resource-exhausted` when too much waits already. */
  add(pending: PendingAppend): void {
    const { waitingAppendsMax, waitingBytesMax } = this.#bounds;
    const count = this.#waiting.length - this.#next;
    if (
      count >= waitingAppendsMax ||
      (count > 0 && this.#bytes + pending.append.byteCount > waitingBytesMax)
    ) {
      throw new ResourceExhaustedError(
        `${count} appends of ${this.#bytes} bytes wait for this tenant, where ${waitingAppendsMax} appends or ` +
          `${waitingBytesMax} bytes may. Try again in ${retryDelayMs} ms.`,
        { retryDelayMs },
      );
    }
    this.#waiting.push(pending);
    this.#bytes += pending.append.byteCount;
  }

  /** Puts appends that were taken before back to the front, in their order. The bounds do not count for them. */
  putBack(pending: readonly PendingAppend[]): void {
    if (pending.length === 0) return;
    this.#waiting = [...pending, ...this.#waiting.slice(this.#next)];
    this.#next = 0;
    for (const { append } of pending) this.#bytes += append.byteCount;
  }

  /**
   * Takes what waits: at least one, unless none does, and at most `appendsMax` and the bounds of a batch. Those that were answered
   * meanwhile are left out.
   */
  takeBatch(appendsMax: number): PendingAppend[] {
    const { batchEventsMax, batchBytesMax } = this.#bounds;
    const batchAppendsMax = Math.min(appendsMax, this.#bounds.batchAppendsMax);
    const taken: PendingAppend[] = [];
    let events = 0;
    let bytes = 0;
    while (!this.isEmpty && taken.length < batchAppendsMax) {
      const pending = this.#waiting[this.#next]!;
      const { append, isAnswered } = pending;
      const fits = events + append.eventCount <= batchEventsMax && bytes + append.byteCount <= batchBytesMax;
      if (taken.length > 0 && (pending.alone || !fits)) break;
      this.#drop();
      if (isAnswered) continue;
      taken.push(pending);
      events += append.eventCount;
      bytes += append.byteCount;
      if (pending.alone) break;
    }
    return taken;
  }

  #drop(): void {
    this.#bytes -= this.#waiting[this.#next]!.append.byteCount;
    this.#waiting[this.#next++] = undefined;
    if (this.#next < 1024 && this.#next < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
  }
}
