import { UnavailableError } from "@leftfold/core";

/** What appends are rejected with whose store is closed before they are answered. */
export function appendsCutOff(): UnavailableError {
  return new UnavailableError(
    "The store was closed before the append was answered: it may have been recorded, or not. " +
      "Repeat it under the same idempotency key to find out.",
  );
}
