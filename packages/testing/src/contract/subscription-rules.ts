import { matches, type SubscribeRequest, type SubscriptionMessage } from "@leftfold/core";

/** What every subscription keeps to, message by message, whatever is appended meanwhile. */
export class SubscriptionRules {
  readonly #request: SubscribeRequest;
  #position: bigint | undefined;

  constructor(request: SubscribeRequest = {}) {
    this.#request = request;
    this.#position = request.after === "head" ? undefined : (request.after ?? 0n);
  }

  /** Up to where the log is settled. */
  get position(): bigint {
    return this.#position ?? 0n;
  }

  /** Throws when the message contradicts the request or an earlier message. */
  check(message: SubscriptionMessage): void {
    if (message.kind === "event") this.#checkEvent(message.event.globalNonce, message);
    else if (this.#position !== undefined && message.globalNonce < this.#position) {
      throw new Error(
        `A ${message.kind} at ${message.globalNonce} came after ${this.#position} was settled.`,
      );
    }
    this.#position = message.kind === "event" ? message.event.globalNonce : message.globalNonce;
  }

  #checkEvent(globalNonce: bigint, message: SubscriptionMessage & { kind: "event" }): void {
    const { query } = this.#request;
    if (query !== undefined && !matches(query, message.event)) {
      throw new Error(`The event at ${globalNonce} came although it does not match the query.`);
    }
    if (this.#position === undefined) return;
    if (globalNonce <= this.#position) {
      throw new Error(`The event at ${globalNonce} came after ${this.#position} was settled.`);
    }
    if (query === undefined && globalNonce !== this.#position + 1n) {
      throw new Error(`The event at ${globalNonce} came right after ${this.#position}: there is a gap.`);
    }
  }
}
