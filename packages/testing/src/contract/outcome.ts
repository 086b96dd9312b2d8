import { CheckpointConflictError, EventStoreError } from "@leftfold/core";

/**
 * What became of a call: what it gave, or what its error says to programs. Messages are left out, since they
 * are no part of the contract. What is not one of the store's errors comes as it was thrown.
 */
export type Outcome =
  | { readonly value: unknown }
  | {
      readonly error: string;
      readonly retryable: boolean;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly thrown: unknown };

export async function outcomeOf(call: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof EventStoreError || error instanceof CheckpointConflictError)) {
      return { thrown: error };
    }
    // The class's own fields, such as violations, event ids or the key; the code is one of them.
    return { error: error.constructor.name, retryable: error.retryable, fields: { ...error } };
  }
}
