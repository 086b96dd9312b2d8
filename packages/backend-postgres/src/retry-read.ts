import { setTimeout as delay } from "node:timers/promises";
import { UnavailableError } from "@leftfold/core";
import { isEnded, storeError } from "./postgres-errors.ts";

const attemptsMax = 8;
const delayMsBase = 25;
const delayMsMax = 2000;

/** Patience with PostgreSQL while it cannot be reached, for some seconds: a restart of the database is over by then. */
export class ReadRetries {
  #attempts = 0;

  /** Something came: whatever fails from now on fails for the first time. */
  progress(): void {
    this.#attempts = 0;
  }

  /**
   * Waits until a read that failed is to be tried again.
   *
   * @throws the store's error for what it failed with, when there is no use in trying; the signal's reason when it is aborted.
   */
  async waitAfter(cause: unknown, signal?: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const error = storeError(cause);
    this.#attempts++;
    if (!(error instanceof UnavailableError) || isEnded(cause) || this.#attempts >= attemptsMax) throw error;
    const delayMs = Math.min(delayMsMax, delayMsBase * 2 ** this.#attempts) * (0.5 + Math.random() / 2);
    await delay(delayMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}

/** Repeats a read until it succeeds, as long as {@link ReadRetries} has patience. */
export async function retryRead<T>(read: () => Promise<T>, signal?: AbortSignal | undefined): Promise<T> {
  const retries = new ReadRetries();
  for (;;) {
    try {
      return await read();
    } catch (cause) {
      await retries.waitAfter(cause, signal);
    }
  }
}
