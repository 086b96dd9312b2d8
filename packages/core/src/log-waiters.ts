interface Waiter {
  readonly position: bigint;
  readonly resume: () => void;
}

/**
 * Those who wait for a log to grow. Holds one entry, one timer and one listener per waiter, and none
 * afterwards.
 */
export class LogWaiters {
  readonly #waiters = new Set<Waiter>();

  /** How many wait. */
  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Resolves when the log grows beyond `position`, or when the time is up; rejects with the signal's reason.
   */
  wait(position: bigint, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stopWaiting = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        signal?.removeEventListener("abort", abort);
      };
      const resume = (): void => {
        stopWaiting();
        resolve();
      };
      const abort = (): void => {
        stopWaiting();
        reject(signal?.reason);
      };
      const waiter = { position, resume };
      const timer = setTimeout(resume, timeoutMs);
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Wakes those for whom a log that ends at `head` has something new. */
  wake(head: bigint): void {
    for (const { position, resume } of this.#waiters) if (position < head) resume();
  }
}
