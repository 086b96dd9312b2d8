import type { EventQuery } from "@leftfold/core";

const widthMin = 16_384n;
const widthMax = 4_194_304n;
const growth = 4n;

/**
 * How much of a log one statement looks through for a query. A sparse query would otherwise look through all of it at
 * once: the statement would run long, and nobody would see how far it is.
 */
export class ScanWindow {
  readonly #isBounded: boolean;
  #width: bigint;

  constructor(query: EventQuery | undefined, width: bigint = widthMin) {
    this.#isBounded = query !== undefined;
    this.#width = width;
  }

  upFrom(lowest: bigint, highest: bigint): { lowest: bigint; highest: bigint } {
    const end = lowest + this.#width - 1n;
    return { lowest, highest: this.#isBounded && end < highest ? end : highest };
  }

  downFrom(highest: bigint, lowest: bigint): { lowest: bigint; highest: bigint } {
    const end = highest - this.#width + 1n;
    return { lowest: this.#isBounded && end > lowest ? end : lowest, highest };
  }

  /** Looks further when the last window did not fill a page. */
  adapt(wasFull: boolean): void {
    if (!wasFull && this.#width < widthMax) this.#width *= growth;
  }
}
