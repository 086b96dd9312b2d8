import { InternalError } from "@leftfold/core";

/**
 * How far a subscription has come: where it goes on after a broken connection, and whether what comes must
 * come.
 */
export class SubscriptionPosition {
  /** Whether every event must follow on the one before, which holds as long as no query leaves events out. */
  readonly #dense: boolean;
  /** The last nonce that is settled; undefined until the first answer says where the head was. */
  #settled: bigint | undefined;

  constructor(after: bigint | "head" = 0n, dense: boolean) {
    this.#settled = after === "head" ? undefined : after;
    this.#dense = dense;
  }

  /**
   * Where to go on. What `head` meant is kept from the first answer on, so that a reconnect loses nothing.
   */
  get after(): bigint | "head" {
    return this.#settled ?? "head";
  }

  /**
   * @throws `internal` when an event of this nonce must not come next: others are missing, or it was here
   * before.
   */
  passEvent(nonce: bigint): void {
    const last = this.#settled;
    if (last !== undefined && (this.#dense ? nonce !== last + 1n : nonce <= last)) {
      throw outOfOrder(`the event at global nonce ${nonce}`, last);
    }
    this.#settled = nonce;
  }

  /**
   * @throws `internal` when there is no way to be at this nonce: before it, or beyond it with events in
   * between.
   */
  passMark(nonce: bigint): void {
    const last = this.#settled;
    if (last !== undefined && (this.#dense ? nonce !== last : nonce < last)) {
      throw outOfOrder(`a checkpoint at global nonce ${nonce}`, last);
    }
    this.#settled = nonce;
  }
}

function outOfOrder(what: string, last: bigint): InternalError {
  const message = `The store sent ${what} right after ${last}. Report this: it is a defect.`;
  return new InternalError({ message });
}
