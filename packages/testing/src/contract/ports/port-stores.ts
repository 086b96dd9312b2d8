/**
 * What the contract of a consumer's port runs over. Afterwards the stores are disposed, and then what came
 * with them.
 */
export interface PortStores<Store extends AsyncDisposable> extends Partial<AsyncDisposable> {
  /** One tenant's store that nothing was written to. */
  readonly store: Store;
  /** Another handle on the same, such as another process has; the store itself when absent. */
  readonly peer?: Store | undefined;
  /** Another tenant's, in the same place. */
  readonly otherTenant: Store;
}

/** What a test of a port's contract has at hand. */
export interface PortContext<Store> {
  readonly store: Store;
  readonly peer: Store;
  readonly otherTenant: Store;
}

/** Runs a test over stores, and disposes them. */
export async function runOverStores<Store extends AsyncDisposable, Stores extends PortStores<Store>>(
  stores: Stores,
  run: (context: Stores & PortContext<Store>) => Promise<void>,
): Promise<void> {
  const { store, peer = store, otherTenant } = stores;
  try {
    await run({ ...stores, peer });
  } finally {
    for (const opened of new Set([store, peer, otherTenant])) await opened[Symbol.asyncDispose]();
    await stores[Symbol.asyncDispose]?.();
  }
}
