import type { EventStore, RecordedEvent, SubscribeRequest, SubscriptionMessage } from "@leftfold/core";
import { SubscriptionRules } from "./subscription-rules.ts";

/**
 * A subscription that a test reads message by message, at its own pace. Nothing is read ahead: between two
 * calls the subscriber stands still, as a slow one does.
 */
export class Follower {
  readonly events: RecordedEvent[] = [];
  readonly messages: SubscriptionMessage[] = [];
  readonly #rules: SubscriptionRules;
  readonly #messages: AsyncIterator<SubscriptionMessage>;
  readonly #abort = new AbortController();

  constructor(store: EventStore, request?: SubscribeRequest) {
    this.#rules = new SubscriptionRules(request);
    this.#messages = store.subscribe(request, { signal: this.#abort.signal })[Symbol.asyncIterator]();
  }

  /** The next message. Throws when it breaks what subscriptions promise. */
  async next(): Promise<SubscriptionMessage> {
    const { value, done } = await this.#messages.next();
    if (done) throw new Error("The subscription ended by itself.");
    this.#rules.check(value);
    this.messages.push(value);
    if (value.kind === "event") this.events.push(value.event);
    return value;
  }

  /** Reads on until a message of this kind comes, and returns it. */
  async until<K extends SubscriptionMessage["kind"]>(
    kind: K,
  ): Promise<Extract<SubscriptionMessage, { kind: K }>> {
    for (;;) {
      const message = await this.next();
      if (message.kind === kind) return message as Extract<SubscriptionMessage, { kind: K }>;
    }
  }

  /** Reads on until everything up to this nonce is settled: delivered, or found not to match. */
  async reach(globalNonce: bigint): Promise<void> {
    while (this.position < globalNonce) await this.next();
  }

  /** Reads on until so many events have come in all. */
  async untilEvents(count: number): Promise<readonly RecordedEvent[]> {
    while (this.events.length < count) await this.next();
    return this.events;
  }

  /** Up to where the messages so far settle the log; where the subscription would be resumed. */
  get position(): bigint {
    return this.#rules.position;
  }

  /** Ends the subscription, also one that waits. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#messages.return?.().catch(() => {});
  }
}
