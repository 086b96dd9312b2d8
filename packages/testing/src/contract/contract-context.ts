import type { EventStore, EventStoreBackend, Limits, SubscribeRequest } from "@leftfold/core";
import { uniqueTenant } from "../builders/events.ts";
import type { SeededRandom } from "../builders/seeded-random.ts";
import { Follower } from "../subscription/follower.ts";
import { backendsOf, type ContractSettings, disposeBackends } from "./contract-backend.ts";
import { storeAtRandom } from "./store-at-random.ts";

/** What a test of the contract has at hand. Its functions can be taken out of it, as tests do. */
export class ContractContext {
  /** The name of a tenant that only this test uses. */
  readonly tenantId: string = uniqueTenant();
  /** The tenant's log; each call goes through one of the backends. */
  readonly store: EventStore;
  /** The tenant's log, once for each backend. */
  readonly stores: readonly EventStore[];
  readonly heartbeatMs: number;
  readonly limits: Limits;
  readonly random: SeededRandom;
  readonly #settings: ContractSettings;
  readonly #backends: readonly EventStoreBackend[];
  readonly #cleanups: (() => Promise<void>)[] = [];

  constructor(settings: ContractSettings, backends: readonly EventStoreBackend[], random: SeededRandom) {
    this.#settings = settings;
    this.#backends = backends;
    this.heartbeatMs = settings.heartbeatMs;
    this.limits = settings.limits;
    this.random = random;
    this.stores = this.#open(this.tenantId);
    this.store = storeAtRandom(this.stores, random);
  }

  /** Another tenant's log; of a tenant that nothing else uses when no name is given. */
  readonly tenant = (tenantId: string = uniqueTenant()): EventStore =>
    storeAtRandom(this.#open(tenantId), this.random);

  /** Follows the log until the test ends, and checks what every subscription must keep to. */
  readonly follow = (request?: SubscribeRequest, store: EventStore = this.store): Follower => {
    const follower = new Follower(store, request);
    this.#cleanups.push(() => follower.stop());
    return follower;
  };

  /** Backends of the test's own, which it may dispose. */
  readonly freshBackends = async (): Promise<readonly EventStoreBackend[]> => {
    const made = await this.#settings.makeBackend();
    this.#cleanups.push(() => disposeBackends(made));
    return backendsOf(made);
  };

  /** Ends what the test left open. */
  async close(): Promise<void> {
    for (const cleanup of this.#cleanups.toReversed()) await cleanup();
  }

  #open(tenantId: string): readonly EventStore[] {
    const stores = this.#backends.map((backend) => backend.tenant(tenantId));
    this.#cleanups.push(async () => {
      for (const store of stores) await store[Symbol.asyncDispose]();
    });
    return stores;
  }
}
