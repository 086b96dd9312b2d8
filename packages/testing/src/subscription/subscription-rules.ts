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
    if (message.kind === "event") {
      this.#checkEvent(message);
      this.#position = message.event.globalNonce;
    } else {
      this.#checkSettled(message);
      this.#position = message.globalNonce;
    }
  }

  #checkSettled({ kind, globalNonce }: Exclude<SubscriptionMessage, { kind: "event" }>): void {
    const position = this.#position;
    if (position === undefined || globalNonce === position) return;
    if (globalNonce < position) {
      throw new Error(`A ${kind} at ${globalNonce} came after ${position} was settled.`);
    }
    if (this.#request.query === undefined) {
      throw new Error(`A ${kind} at ${globalNonce} came although the last event delivered was ${position}.`);
    }
  }

  #checkEvent({ event }: Extract<SubscriptionMessage, { kind: "event" }>): void {
    const { query } = this.#request;
    const { globalNonce } = event;
    if (query !== undefined && !matches(query, event)) {
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
