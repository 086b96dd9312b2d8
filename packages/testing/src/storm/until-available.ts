import { setTimeout } from "node:timers/promises";
import { EventStoreError, ResourceExhaustedError } from "@leftfold/core";
import type { StormWatch } from "./storm-watch.ts";

const triesMax = 60;

/**
 * Makes a call, again while it fails with errors that are retryable: 60 times, over half a minute, at most.
 */
export async function untilAvailable<T>(call: () => Promise<T>, watch: StormWatch): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (tries === triesMax) throw error;
      await pauseBeforeRetry(error, tries, watch);
    }
  }
}

/** Waits as long as the error asks for, or longer with each try; rethrows an error that is not retryable. */
export async function pauseBeforeRetry(error: unknown, tries: number, watch: StormWatch): Promise<void> {
  if (!(error instanceof EventStoreError && error.retryable)) throw error;
  watch.retries++;
  const pauseMs =
    error instanceof ResourceExhaustedError ? error.retryDelayMs : Math.min(5 * 2 ** tries, 500);
  await setTimeout(pauseMs, undefined, { signal: watch.signal });
}
