import type {
  AppendRequest,
  AppendResult,
  CallOptions,
  EventStore,
  EventStoreBackend,
  ReadAllRequest,
  ReadStreamRequest,
  RecordedEvent,
  SubscribeRequest,
  SubscriptionMessage,
} from "@leftfold/core";
import { abortable } from "@leftfold/core";

/**
 * A backend whose appends wait while it is told so, and which counts what is under way: what a store does
 * that is slow, or that fails.
 */
export class HeldBackend implements EventStoreBackend {
  readonly #backend: EventStoreBackend;
  #gate: PromiseWithResolvers<void> | undefined;
  /** What appends fail with, when it is anything. */
  failure: Error | undefined;
  /** Appends that wait. */
  waiting = 0;
  /** Appends whose signal was aborted while they waited. */
  aborted = 0;
  /** Reads and subscriptions that were begun and not ended. */
  reading = 0;
  /** Events and messages that were asked for. */
  pulled = 0;

  constructor(backend: EventStoreBackend) {
    this.#backend = backend;
  }

  hold(): void {
    this.#gate ??= Promise.withResolvers();
  }

  release(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  tenant(tenantId: string): EventStore {
    const store = this.#backend.tenant(tenantId);
    return {
      append: (request, options) => this.#append(store, request, options),
      readStream: (request: ReadStreamRequest, options?: CallOptions): AsyncIterable<RecordedEvent> =>
        this.#count(store.readStream(request, options)),
      readAll: (request?: ReadAllRequest, options?: CallOptions): AsyncIterable<RecordedEvent> =>
        this.#count(store.readAll(request, options)),
      subscribe: (request?: SubscribeRequest, options?: CallOptions): AsyncIterable<SubscriptionMessage> =>
        this.#count(store.subscribe(request, options)),
      head: (options) => store.head(options),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#backend[Symbol.asyncDispose]();
  }

  async #append(store: EventStore, request: AppendRequest, options?: CallOptions): Promise<AppendResult> {
    if (this.#gate !== undefined) {
      this.waiting++;
      try {
        await abortable(this.#gate.promise, options?.signal);
      } catch (error) {
        this.aborted++;
        throw error;
      } finally {
        this.waiting--;
      }
    }
    if (this.failure !== undefined) throw this.failure;
    return store.append(request, options);
  }

  #count<T>(source: AsyncIterable<T>): AsyncIterable<T> {
    return {
      [Symbol.asyncIterator]: () => {
        const iterator = source[Symbol.asyncIterator]();
        this.reading++;
        let ended = false;
        const end = (): void => {
          if (!ended) this.reading--;
          ended = true;
        };
        return {
          next: async () => {
            this.pulled++;
            try {
              const result = await iterator.next();
              if (result.done === true) end();
              return result;
            } catch (error) {
              end();
              throw error;
            }
          },
          return: async () => {
            end();
            return (await iterator.return?.()) ?? { done: true, value: undefined };
          },
        };
      },
    };
  }
}
