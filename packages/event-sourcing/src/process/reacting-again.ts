import type { EventStore, ReadModelStore } from "@leftfold/core";
import type { Reactions } from "../projection/document-worker.ts";
import type { RetryPolicy } from "../retry.ts";
import type { Process } from "./define-process.ts";
import { claimHistoryEnd } from "./history-end.ts";
import { reactions } from "./reacting.ts";

/** Whoever replays is told at once what fails again. */
const once: RetryPolicy = { attemptsMax: 1, baseDelayMs: 0, delayMaxMs: 0 };

/** What a process does for events that were put aside: under the keys of then, and nothing for those that were history. */
export async function reactingAgain(
  store: EventStore,
  readModels: ReadModelStore,
  process: Process,
  signal: AbortSignal,
): Promise<Reactions> {
  const historyEnd = await claimHistoryEnd(store, readModels, process, signal);
  return reactions({ store, process, retry: once, historyEnd: () => historyEnd });
}
