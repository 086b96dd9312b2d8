import { type Direction, InternalError } from "@leftfold/core";

/** What the two reads have in common. */
export interface ReadSpan {
  readonly direction?: Direction | undefined;
  readonly from?: bigint | undefined;
  readonly maxCount?: number | undefined;
}

/**
 * How far a read has come: where it goes on after a broken connection, and whether what comes is what must
 * come.
 */
export class ReadCursor {
  readonly #forwards: boolean;
  /** Whether every nonce must follow on the one before, which holds as long as no query leaves events out. */
  readonly #dense: boolean;
  /** The next nonce at the earliest; undefined at the unknown end of a log that is read backwards. */
  #from: bigint | undefined;
  #countLeft: number;
  #started = false;

  constructor({ direction, from, maxCount }: ReadSpan, dense: boolean) {
    this.#forwards = direction !== "backwards";
    this.#dense = dense;
    this.#from = from ?? (this.#forwards ? 1n : undefined);
    this.#countLeft = maxCount ?? Number.POSITIVE_INFINITY;
  }

  /** What is left to read; undefined when nothing is. */
  get rest(): Pick<ReadSpan, "from" | "maxCount"> | undefined {
    if (this.#countLeft === 0 || (this.#from !== undefined && this.#from < 1n)) return undefined;
    const maxCount = Number.isFinite(this.#countLeft) ? this.#countLeft : undefined;
    return { from: this.#from, maxCount };
  }

  /**
   * @throws `internal` when an event of this nonce must not come next: it is missing others, or was here
   * before.
   */
  pass(nonce: bigint): void {
    if (!this.#isNext(nonce)) {
      const wanted =
        this.#countLeft === 0 ? "none" : this.#dense ? `${this.#from}` : `${this.#from} or a later one`;
      const message =
        `The store sent the event at nonce ${nonce} where ${wanted} was due. ` +
        "Report this: it is a defect.";
      throw new InternalError({ message });
    }
    this.#started = true;
    this.#countLeft--;
    this.#from = this.#forwards ? nonce + 1n : nonce - 1n;
  }

  #isNext(nonce: bigint): boolean {
    if (this.#countLeft === 0) return false;
    if (this.#from === undefined || nonce === this.#from) return true;
    // Read backwards, `from` may lie beyond the head, so that the first event is anywhere at or before it.
    if (this.#dense && (this.#started || this.#forwards)) return false;
    return this.#forwards ? nonce > this.#from : nonce < this.#from;
  }
}
