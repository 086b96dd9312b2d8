import { UnavailableError } from "@leftfold/core";
import { storeError } from "./postgres-errors.ts";

const attemptsMax = 8;
const delayMsBase = 25;
const delayMsMax = 2000;

/**
 * Repeats a read while PostgreSQL cannot be reached, for some seconds: a restart of the database is over by then.
 *
 * @throws the store's error for whatever the last attempt failed with.
 */
export async function retryRead<T>(read: () => Promise<T>, signal?: AbortSignal | undefined): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (cause) {
      const error = storeError(cause);
      if (!(error instanceof UnavailableError) || attempt >= attemptsMax || signal?.aborted) throw error;
    }
    const delayMs = Math.min(delayMsMax, delayMsBase * 2 ** attempt) * (0.5 + Math.random() / 2);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}
