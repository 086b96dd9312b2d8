import { setTimeout as sleep } from "node:timers/promises";

/** What the loops know of time, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since some fixed moment, with fractions; never goes back. */
  nowMs(): number;
  /** Resolves at `timeMs` or as soon after it as the event loop allows; at once when it has passed. */
  waitUntil(timeMs: number): Promise<void>;
}

/**
 * The machine's own monotonic clock. Its waits are late by about a millisecond, as all of Node's timers are.
 */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  waitUntil: async (timeMs) => {
    for (let leftMs = timeMs - performance.now(); leftMs > 0; leftMs = timeMs - performance.now()) {
      await sleep(leftMs);
    }
  },
};
