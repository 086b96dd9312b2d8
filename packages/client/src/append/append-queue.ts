import { ResourceExhaustedError } from "@leftfold/core";
import type { AppendOptions } from "./append-options.ts";
import type { PendingAppend } from "./pending-append.ts";

/** What a full queue asks its caller to wait: about as long as it takes to send what waits. */
const fullRetryDelayMs = 100;

/**
 * The appends that wait to be sent, in order of arrival; those that were sent before come first. An append
 * can be taken out at any place, without a trace.
 */
export class AppendQueue<Message> {
  readonly #options: AppendOptions;
  // Sets keep the order of insertion, and let go of any element at once.
  #again = new Set<PendingAppend<Message>>();
  readonly #fresh = new Set<PendingAppend<Message>>();
  #byteCount = 0;
  #arrived = 0;

  constructor(options: AppendOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#again.size + this.#fresh.size;
  }

  /** @throws `resource-exhausted` when an append of so many bytes has no place. */
  throwIfFull(byteCount: number): void {
    const { waitingAppendsMax, waitingBytesMax } = this.#options;
    const { size } = this;
    if (size < waitingAppendsMax && (size === 0 || this.#byteCount + byteCount <= waitingBytesMax)) return;
    const message =
      `Nothing was appended: ${size} appends of ${this.#byteCount} bytes wait to be sent already, ` +
      `of at most ${waitingAppendsMax} and ${waitingBytesMax}. Await appends before making more.`;
    throw new ResourceExhaustedError(message, { retryDelayMs: fullRetryDelayMs });
  }

  add(append: PendingAppend<Message>): void {
    append.place = this.#arrived++;
    this.#fresh.add(append);
    this.#byteCount += append.wire.byteCount;
  }

  /**
   * Takes back, to its old place, what was sent in vain. It was accepted before, so the bounds do not
   * apply.
   */
  putBack(appends: readonly PendingAppend<Message>[]): void {
    for (const { wire } of appends) this.#byteCount += wire.byteCount;
    this.#again = new Set([...this.#again, ...appends].sort((one, other) => one.place - other.place));
  }

  remove(append: PendingAppend<Message>): void {
    if (this.#fresh.delete(append) || this.#again.delete(append)) this.#byteCount -= append.wire.byteCount;
  }

  /**
   * Takes out the first appends, as many as one call may carry and no more than `max`; at least one when
   * there is any.
   */
  take(max: number): PendingAppend<Message>[] {
    const countMax = Math.min(max, this.#options.appendsPerCallMax);
    const taken: PendingAppend<Message>[] = [];
    let byteCount = 0;
    for (const append of this) {
      byteCount += append.wire.byteCount;
      if (taken.length > 0 && byteCount > this.#options.bytesPerCallMax) break;
      taken.push(append);
      if (taken.length >= countMax) break;
    }
    for (const append of taken) this.remove(append);
    return taken;
  }

  *[Symbol.iterator](): Generator<PendingAppend<Message>, void, undefined> {
    yield* this.#again;
    yield* this.#fresh;
  }
}
