import { connect } from "@leftfold/client";
import type { EventStoreBackend } from "@leftfold/core";
import { type NetworkProxy, startProxy } from "@leftfold/testing/proxy";
import { branchTag } from "../fan-out/stamped-event.ts";
import { tenantId } from "../workload/tenant.ts";
import { rebuildOnce } from "./rebuild-once.ts";
import { appendMovements } from "./soak-appends.ts";
import { endings, SoakSubscriber } from "./soak-subscriber.ts";

export interface SoakClientOptions {
  readonly serverPort: number;
  readonly databaseUrl: string;
  readonly schema: string;
  readonly subscribers: number;
}

export interface ClientRound {
  readonly appends: number;
  /** Of each subscriber. */
  readonly reconnects: number;
  readonly rebuilds: boolean;
}

/** Of so many subscribers one wants the whole log, and the others a branch. */
const subscribersPerWhole = 4;

const reconnectsPerCut = 5;

/** An application that appends, follows and projects, and is never restarted. */
export class SoakClient implements AsyncDisposable {
  readonly #options: SoakClientOptions;
  readonly #proxy: NetworkProxy;
  readonly #writer: EventStoreBackend;
  readonly #subscribers: readonly SoakSubscriber[];
  #appended = 0;
  #rebuilds = 0;
  #reconnects = 0;

  private constructor(options: SoakClientOptions, proxy: NetworkProxy) {
    this.#options = options;
    this.#proxy = proxy;
    const url = `http://127.0.0.1:${proxy.port}`;
    const longLived = new AbortController().signal;
    this.#writer = connect({ baseUrl: url });
    this.#subscribers = Array.from({ length: options.subscribers }, (_, i) => {
      const tag = i % subscribersPerWhole === 0 ? undefined : branchTag(i);
      return new SoakSubscriber({ url, longLived, tag });
    });
  }

  static async open(options: SoakClientOptions): Promise<SoakClient> {
    return new SoakClient(options, await startProxy({ target: { port: options.serverPort } }));
  }

  /** Does all of a round at once, and resolves when everybody has caught up; gives the seconds that its appends took. */
  async round({ appends, reconnects, rebuilds }: ClientRound): Promise<number> {
    const store = this.#writer.tenant(tenantId);
    const startedMs = performance.now();
    const first = this.#appended;
    this.#appended += appends;
    const appending = appendMovements(store, first, this.#appended).then(
      () => (performance.now() - startedMs) / 1000,
    );
    const rebuilding = rebuilds ? rebuildOnce(store, this.#options, ++this.#rebuilds) : undefined;
    const reconnecting = this.#subscribers.map((subscriber, i) =>
      this.#reconnect(subscriber, reconnects, i === 0),
    );
    const [seconds] = await Promise.all([appending, rebuilding, ...reconnecting]);
    const head = await store.head();
    await Promise.all(this.#subscribers.map((subscriber) => subscriber.reached(head)));
    return seconds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const subscriber of this.#subscribers) await subscriber[Symbol.asyncDispose]();
    await this.#writer[Symbol.asyncDispose]();
    await this.#proxy[Symbol.asyncDispose]();
  }

  /** One after the other, each once the last subscription has delivered what there is. */
  async #reconnect(subscriber: SoakSubscriber, times: number, mayCut: boolean): Promise<void> {
    for (let time = 1; time <= times; time++) {
      await subscriber.reached(await this.#writer.tenant(tenantId).head());
      // Everybody's connections at once; the clients go on by themselves.
      if (mayCut && time % reconnectsPerCut === 0) this.#proxy.cut();
      else await subscriber.reconnect(endings[this.#reconnects++ % endings.length]!);
    }
  }
}
