import {
  type CallOptions,
  ConcurrencyConflictError,
  type EventStore,
  exact,
  IdempotencyMismatchError,
  nonceMax,
} from "@leftfold/core";

/**
 * Whether an idempotency key was used. Changes nothing.
 *
 * Asked before a command that has a key is rejected: its first run may have made what now speaks against it.
 * The store looks at the key before anything else, so an append that cannot succeed tells: it fails for its
 * key if that was used, and for its expectation if not.
 */
export async function wasUsed(
  store: EventStore,
  idempotencyKey: string,
  options: CallOptions,
): Promise<boolean> {
  const aggregate = { aggregateType: "IdempotencyKey", aggregateId: "probe" };
  try {
    const { replayed } = await store.append(
      { appends: [{ ...aggregate, expected: exact(nonceMax), events: [] }], idempotencyKey },
      options,
    );
    return replayed;
  } catch (error) {
    if (error instanceof IdempotencyMismatchError) return true;
    if (error instanceof ConcurrencyConflictError) return false;
    throw error;
  }
}
