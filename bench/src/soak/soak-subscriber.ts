import { connect } from "@leftfold/client";
import type { EventStoreBackend, SubscribeRequest, SubscriptionMessage } from "@leftfold/core";
import { tenantId } from "../workload/tenant.ts";

/** The ways in which a subscription ends, to be followed by another. */
export const endings = ["dispose", "cancel", "leave"] as const;
export type Ending = (typeof endings)[number];

export interface SubscriberOptions {
  readonly url: string;
  /** Absent for the whole log. */
  readonly tag?: string | undefined;
  /** A signal that outlives all subscriptions: each has to take its listener away. */
  readonly longLived: AbortSignal;
}

/** One subscription, and how to end it. */
interface Subscription {
  readonly ended: Promise<void>;
  /** Absent where the signal is the one that outlives it. */
  readonly cancel?: AbortController;
  readonly leave: () => Promise<unknown>;
}

/** Follows a log for as long as the soak goes on, through one subscription after the other, and misses nothing. */
export class SoakSubscriber implements AsyncDisposable {
  readonly #options: SubscriberOptions;
  #client: EventStoreBackend;
  #current: Subscription;
  #isEnding = false;
  #begun = 0;
  #position = 0n;
  #wanted = 0n;
  #reached = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#client = connect({ baseUrl: options.url });
    this.#current = this.#begin();
    this.#reached.promise.catch(() => undefined);
  }

  /** Resolves when everything up to this global nonce was delivered, or is known not to concern it. */
  async reached(globalNonce: bigint): Promise<void> {
    this.#wanted = globalNonce;
    this.#reached = Promise.withResolvers();
    this.#look();
    await this.#reached.promise;
  }

  /** Ends the subscription, and goes on with another from where it was. */
  async reconnect(ending: Ending): Promise<void> {
    await this.#end(ending);
    this.#current = this.#begin();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end("leave");
    await this.#client[Symbol.asyncDispose]();
  }

  async #end(ending: Ending): Promise<void> {
    this.#isEnding = true;
    const { ended, cancel, leave } = this.#current;
    if (ending === "cancel" && cancel !== undefined) cancel.abort();
    else if (ending !== "dispose") await leave();
    else await this.#client[Symbol.asyncDispose]();
    await ended;
    if (ending === "dispose") this.#client = connect({ baseUrl: this.#options.url });
    this.#isEnding = false;
  }

  #begin(): Subscription {
    const { tag, longLived } = this.#options;
    const request: SubscribeRequest = {
      after: this.#position,
      ...(tag !== undefined && { query: { anyOf: [{ tags: [tag] }] } }),
    };
    // Every other one has a signal of its own.
    const cancel = this.#begun++ % 2 === 0 ? undefined : new AbortController();
    const store = this.#client.tenant(tenantId);
    const messages = store
      .subscribe(request, { signal: cancel?.signal ?? longLived })
      [Symbol.asyncIterator]();
    const ended = this.#take(messages).catch((error: unknown) => {
      if (!this.#isEnding) this.#fail(error);
    });
    return { ended, ...(cancel && { cancel }), leave: async () => await messages.return?.() };
  }

  async #take(messages: AsyncIterator<SubscriptionMessage>): Promise<void> {
    for (;;) {
      const { done, value } = await messages.next();
      if (done) return;
      const at = value.kind === "event" ? value.event.globalNonce : value.globalNonce;
      const isNext = this.#options.tag !== undefined || at === this.#position + 1n;
      if (value.kind === "event" && (!isNext || at <= this.#position)) {
        this.#fail(new Error(`Event ${at} was delivered after ${this.#position}.`));
      }
      if (at > this.#position) this.#position = at;
      this.#look();
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#look();
  }

  #look(): void {
    if (this.#failure !== undefined) this.#reached.reject(this.#failure.error);
    else if (this.#position >= this.#wanted) this.#reached.resolve();
  }
}
