/** A consumers' port that is to go in lockstep: leases, snapshots or read models. */
export interface PortInLockstep<Store extends AsyncDisposable> {
  readonly name: string;
  /**
   * Gives the stores of so many tenants that nothing was written to; called for each sequence. They are
   * disposed after it: give stores whose end does nothing where they are to be used again.
   */
  readonly freshStores: (tenants: number) => Promise<readonly Store[]>;
}

/** Tenants of one sequence. */
export const tenantsMax = 2;

/** One implementation's stores while a sequence runs. */
export class TenantStores<Store extends AsyncDisposable> implements AsyncDisposable {
  readonly #stores: readonly Store[];

  constructor(stores: readonly Store[]) {
    this.#stores = stores;
  }

  store(tenant: number): Store {
    return this.#stores[tenant]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#stores) await store[Symbol.asyncDispose]();
  }
}
