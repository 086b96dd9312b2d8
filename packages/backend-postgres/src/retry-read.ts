import { setTimeout as delay } from "node:timers/promises";
import { UnavailableError } from "@leftfold/core";
import { isEnded, storeError } from "./postgres-errors.ts";

const attemptsMax = 8;
const delayMsBase = 25;
const delayMsMax = 2000;

/**
 * Repeats a read while PostgreSQL cannot be reached, for some seconds: a restart of the database is over by then.
 *
 * @throws the store's error for whatever the last attempt failed with; the signal's reason when it is aborted in between.
 */
export async function retryRead<T>(read: () => Promise<T>, signal?: AbortSignal | undefined): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (cause) {
      signal?.throwIfAborted();
      const error = storeError(cause);
      if (!(error instanceof UnavailableError) || isEnded(cause) || attempt >= attemptsMax) throw error;
    }
    const delayMs = Math.min(delayMsMax, delayMsBase * 2 ** attempt) * (0.5 + Math.random() / 2);
    await delay(delayMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}
