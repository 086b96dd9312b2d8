import { ResourceExhaustedError } from "@leftfold/core";

/** A number that must not go beyond a bound: appends in flight, bytes of requests, open streams. */
export class Admission {
  readonly #what: string;
  readonly #max: number;
  readonly #retryDelayMs: number;
  #taken = 0;

  /** @param what is counted, for the message: "appends in flight". */
  constructor(what: string, max: number, retryDelayMs: number) {
    this.#what = what;
    this.#max = max;
    this.#retryDelayMs = retryDelayMs;
  }

  /** How much is taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether there is room for so much more. */
  fits(amount: number): boolean {
    return this.#taken + amount <= this.#max;
  }

  /**
   * Takes room for `amount`, which must be given back.
   *
   * @throws `resource-exhausted` when it does not fit; nothing is taken then.
   */
  take(amount: number): void {
    if (!this.fits(amount)) {
      throw new ResourceExhaustedError(
        `The server has ${this.#taken} ${this.#what}, and ${amount} more would go beyond its bound of ` +
          `${this.#max}. Try again in ${this.#retryDelayMs} ms.`,
        { retryDelayMs: this.#retryDelayMs },
      );
    }
    this.#taken += amount;
  }

  /** Gives room back. */
  giveBack(amount: number): void {
    this.#taken -= amount;
  }
}
