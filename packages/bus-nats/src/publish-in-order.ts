export interface OrderedPublishing<Item> {
  /** How many may be on their way at the same time. */
  readonly inFlightMax: number;
  /** What is of one key is on its way one after the other. */
  readonly keyOf: (item: Item) => string;
  /** Resolves when the item is acknowledged. Must settle by itself. */
  readonly publish: (item: Item) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Publishes items in their order, several at a time, but the next of a key only when the one before is
 * acknowledged. So a message that gets lost, or is refused, is never overtaken by one of the same key.
 *
 * After the first failure nothing further is sent, and what is on its way is waited for.
 *
 * @throws that first failure; the signal's reason.
 */
export async function publishInOrder<Item>(
  items: readonly Item[],
  { inFlightMax, keyOf, publish, signal }: OrderedPublishing<Item>,
): Promise<void> {
  const keysInFlight = new Set<string>();
  const failures: unknown[] = [];
  let settled = Promise.withResolvers<void>();
  const settle = (key: string): void => {
    keysInFlight.delete(key);
    settled.resolve();
    settled = Promise.withResolvers();
  };
  for (const item of items) {
    const key = keyOf(item);
    // As each key is in flight once, there are as many messages in flight as keys.
    while (keysInFlight.has(key) || keysInFlight.size >= inFlightMax) await settled.promise;
    if (failures.length > 0 || signal?.aborted) break;
    keysInFlight.add(key);
    publish(item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => settle(key));
  }
  while (keysInFlight.size > 0) await settled.promise;
  if (failures.length > 0) throw failures[0];
  signal?.throwIfAborted();
}
