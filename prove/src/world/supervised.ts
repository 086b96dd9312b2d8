import { setTimeout } from "node:timers/promises";

const triesMax = 60;
const pausedMs = 250;

/**
 * Starts something as a supervisor would: again while it fails, since what it stands on may not be there
 * yet. 60 times, with a quarter of a second in between.
 */
export async function supervised<T>(start: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      signal.throwIfAborted();
      if (tries === triesMax) throw error;
      await setTimeout(pausedMs, undefined, { signal });
    }
  }
}
