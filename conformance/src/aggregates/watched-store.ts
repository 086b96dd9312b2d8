import {
  type AppendRequest,
  type AppendResult,
  type CallOptions,
  type EventStore,
  type ReadStreamRequest,
  type RecordedEvent,
  UnavailableError,
} from "@leftfold/core";

/** A store between a command and the real one: notes what is asked, and loses answers. */
export interface WatchedStore extends EventStore {
  readonly appends: readonly AppendRequest[];
  readonly reads: readonly ReadStreamRequest[];
  /** What happens before the next append reaches the store: somebody else is faster. */
  beforeNextAppend(meanwhile: () => Promise<unknown>): void;
  /** The next append is recorded, and its answer lost. */
  loseNextAnswer(): void;
}

export function watched(store: EventStore): WatchedStore {
  const appends: AppendRequest[] = [];
  const reads: ReadStreamRequest[] = [];
  let meanwhile: (() => Promise<unknown>) | undefined;
  let losing = false;
  return {
    appends,
    reads,
    beforeNextAppend(given) {
      meanwhile = given;
    },
    loseNextAnswer() {
      losing = true;
    },
    async append(request: AppendRequest, options?: CallOptions): Promise<AppendResult> {
      appends.push(request);
      const first = meanwhile;
      meanwhile = undefined;
      await first?.();
      const result = await store.append(request, options);
      if (!losing) return result;
      losing = false;
      throw new UnavailableError("The connection was lost before the answer came.");
    },
    readStream(request: ReadStreamRequest, options?: CallOptions): AsyncIterable<RecordedEvent> {
      reads.push(request);
      return store.readStream(request, options);
    },
    readAll: (request, options) => store.readAll(request, options),
    subscribe: (request, options) => store.subscribe(request, options),
    head: (options) => store.head(options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
