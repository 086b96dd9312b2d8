import { setTimeout } from "node:timers/promises";
import { type Clock, type ConnectOptions, connect } from "@leftfold/client";
import type { AppendRequest, AppendResult, CallOptions, EventStore, EventStoreBackend } from "@leftfold/core";

/**
 * A client of one server. When it vanishes, its connection and all calls on it are gone in the middle of
 * whatever they were at, and another one takes its place under the same handles.
 */
export class ClientNode implements EventStoreBackend {
  readonly #options: ConnectOptions;
  #client: EventStoreBackend;
  /** How often it vanished. */
  vanished = 0;
  /** How often it waited by itself to try something again. */
  repetitions = 0;
  /** Where appends through it were recorded: the last global nonce of each, by tenant. */
  readonly recorded: Map<string, bigint[]> = new Map();

  constructor(options: Omit<ConnectOptions, "clock">) {
    this.#options = { ...options, clock: this.#clock() };
    this.#client = connect(this.#options);
  }

  tenant(tenantId: string): EventStore {
    const now = (): EventStore => this.#client.tenant(tenantId);
    return {
      append: (request, options) => this.#append(tenantId, request, options),
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

  async #append(tenantId: string, request: AppendRequest, options?: CallOptions): Promise<AppendResult> {
    const result = await this.#client.tenant(tenantId).append(request, options);
    const nonces = this.recorded.get(tenantId);
    if (result.replayed) return result;
    if (nonces === undefined) this.recorded.set(tenantId, [result.lastGlobalNonce]);
    else nonces.push(result.lastGlobalNonce);
    return result;
  }

  /** The client waits only between an attempt that failed and the next one. */
  #clock(): Clock {
    return {
      now: () => performance.now(),
      random: Math.random,
      sleep: (ms, signal) => {
        this.repetitions++;
        return setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
          throw signal?.reason ?? error;
        });
      },
    };
  }
}
