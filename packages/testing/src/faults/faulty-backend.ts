import type { EventStore, EventStoreBackend } from "@leftfold/core";

/**
 * A bug to be built into a store: what it does instead of some of the store's methods.
 *
 * @param strikes asked at every occasion for the bug; it strikes when the answer is true.
 */
export type Fault = (store: EventStore, strikes: () => boolean) => Partial<EventStore>;

export interface FaultyBackendOptions {
  /** Whether the bug strikes at an occasion, counted from 1 over all tenants; at every one when absent. */
  readonly when?: ((occasion: number) => boolean) | undefined;
}

/** A backend with a bug, to show that a test or an oracle finds it. Never for anything else. */
export function faultyBackend(
  backend: EventStoreBackend,
  fault: Fault,
  { when = () => true }: FaultyBackendOptions = {},
): EventStoreBackend {
  let occasions = 0;
  const strikes = (): boolean => when(++occasions);
  return {
    tenant: (tenantId) => faultyStore(backend.tenant(tenantId), fault, strikes),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

/** A store with a bug; see {@link faultyBackend}. */
export function faultyStore(store: EventStore, fault: Fault, strikes: () => boolean): EventStore {
  return {
    append: (request, options) => store.append(request, options),
    readStream: (request, options) => store.readStream(request, options),
    readAll: (request, options) => store.readAll(request, options),
    subscribe: (request, options) => store.subscribe(request, options),
    head: (options) => store.head(options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    ...fault(store, strikes),
  };
}
