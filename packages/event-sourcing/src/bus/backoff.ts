/** How often, and how fast, something that failed is tried again. */
export interface BackoffOptions {
  /** Attempts in a row that fail before it is given up; 100 when absent. */
  readonly attemptsMax?: number;
  /** The wait after the first failure; doubled with each that follows. 100 when absent. */
  readonly delayMs?: number;
  /** The longest wait; 30,000 when absent. */
  readonly delayMsMax?: number;
}

/** How many attempts there are when nothing else is said: with the pace below they take more than half an hour. */
export const attemptsMaxDefault = 100;

/**
 * How long to wait after so many failures in a row: between half and all of a delay that doubles. The jitter keeps those who failed
 * together from coming back together.
 *
 * @param random from 0 (inclusive) to 1 (exclusive).
 */
export function backoffMs(options: BackoffOptions, failures: number, random: number): number {
  const { delayMs = 100, delayMsMax = 30_000 } = options;
  const fullMs = Math.min(delayMsMax, delayMs * 2 ** Math.min(failures - 1, 30));
  return (fullMs * (1 + random)) / 2;
}

/** Resolves after so many milliseconds; rejects with the signal's reason when it is aborted first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal.addEventListener("abort", abort, { once: true });
  });
}
