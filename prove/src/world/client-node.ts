import { type ConnectOptions, connect } from "@leftfold/client";
import type { EventStore, EventStoreBackend } from "@leftfold/core";

/**
 * A client of one server. When it vanishes, its connection and all calls on it are gone in the middle of
 * whatever they were at, and another one takes its place under the same handles.
 */
export class ClientNode implements EventStoreBackend {
  readonly #options: ConnectOptions;
  #client: EventStoreBackend;
  /** How often it vanished. */
  vanished = 0;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#client = connect(options);
  }

  tenant(tenantId: string): EventStore {
    const now = (): EventStore => this.#client.tenant(tenantId);
    return {
      append: (request, options) => now().append(request, options),
      readStream: (request, options) => now().readStream(request, options),
      readAll: (request, options) => now().readAll(request, options),
      subscribe: (request, options) => now().subscribe(request, options),
      head: (options) => now().head(options),
      [Symbol.asyncDispose]: async () => {},
    };
  }

  /** Cuts everything off that this client is at. Its callers are told that the outcome is unknown. */
  async vanish(): Promise<void> {
    const gone = this.#client;
    this.#client = connect(this.#options);
    this.vanished++;
    await gone[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}
