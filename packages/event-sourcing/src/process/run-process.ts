import type { EventStore, ReadModelStore } from "@leftfold/core";
import { consume } from "../projection/consumer.ts";
import { DocumentWorker, type Partition } from "../projection/document-worker.ts";
import { errorPolicy } from "../projection/error-policy.ts";
import { parkedModel } from "../projection/parked-events.ts";
import type { Progress } from "../projection/progress.ts";
import { replayParked } from "../projection/replay-parked.ts";
import { defaultBounds, defaultRestart, type RunOptions } from "../projection/run-projection.ts";
import { Runner } from "../projection/runner.ts";
import { SwitchOver } from "../projection/switch-over.ts";
import type { Process } from "./define-process.ts";
import { claimHistoryEnd } from "./history-end.ts";
import { reactions } from "./reacting.ts";
import { TimerKeeper } from "./timer-keeper.ts";

export interface ProcessOptions extends RunOptions {
  /** Tells the time that timers go by, in milliseconds since 1970; the system's when absent. */
  readonly nowMs?: (() => number) | undefined;
  /** How often to look for timers that another runner has set; 1,000 milliseconds when absent. */
  readonly timerPollMs?: number | undefined;
}

/**
 * Runs a process in this process of the system, from its checkpoint on, until it is disposed of.
 *
 * What events ask for is done before the checkpoint moves past them, under idempotency keys that are derived from them: killed in
 * between, it is asked for again and changes nothing. Timers are events, and go off after a restart as well.
 */
export function runProcess(
  store: EventStore,
  readModels: ReadModelStore,
  process: Process,
  options: ProcessOptions = {},
): Runner {
  const { model } = process;
  let historyEnd = 0n;
  const runner = new Runner({
    id: model,
    store,
    readModels,
    partitions: options.partitions,
    restart: { ...defaultRestart, ...options.restart },
    prepare: async (signal) => {
      await readModels.define(model, { signal });
      await readModels.define(parkedModel(model), { signal });
      historyEnd = await claimHistoryEnd(store, readModels, process, signal);
    },
    consume: (partition, progress, signal) =>
      consumePart({ store, readModels, process, options, partition, progress, historyEnd }, signal),
  });
  runner.start();
  return runner;
}

interface Part {
  readonly store: EventStore;
  readonly readModels: ReadModelStore;
  readonly process: Process;
  readonly options: ProcessOptions;
  readonly partition: Partition | undefined;
  readonly progress: Progress;
  readonly historyEnd: bigint;
}

async function consumePart(part: Part, signal: AbortSignal): Promise<void> {
  const { store, readModels, process, options, partition, progress } = part;
  const { name, version, sources } = process;
  const restart = { ...defaultRestart, ...options.restart };
  const count = partition?.count ?? 1;
  const switchOver = new SwitchOver(
    readModels,
    { name, version },
    { partitions: count, dropsOld: options.oldVersion === "drop" },
  );
  const keeper = new TimerKeeper({
    store,
    readModels,
    process,
    partition,
    isLive: () => progress.state === "live",
    nowMs: options.nowMs ?? Date.now,
    pollMs: options.timerPollMs ?? 1_000,
    restart,
  });
  // When one of the two fails, the other must not go on.
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  const consuming = consume(
    {
      store,
      readModels,
      checkpoint: { name, version, ...(partition && { partition: partition.index }) },
      query: sources.query,
      worker: workerOf(part),
      bounds: { ...defaultBounds, ...options.batch },
      restart,
      progress,
      onSession: (checkpoint, aborted) => switchOver.checkNotSuperseded(checkpoint, aborted),
      onLive: async (aborted) => {
        await switchOver.activateWhenAllCaughtUp(progress.checkpoint, aborted);
        keeper.wake();
      },
    },
    both,
  );
  const each = [consuming, keeper.run(both)].map((running) => running.finally(() => ending.abort()));
  const outcomes = await Promise.allSettled(each);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

function workerOf({ store, readModels, process, options, partition, historyEnd }: Part): DocumentWorker {
  const policy = errorPolicy(options.onError);
  const { cachedDocumentsMax = 20_000 } = options;
  return new DocumentWorker({
    readModels,
    projection: process,
    fold: process.fold,
    partition,
    policy,
    cachedDocumentsMax,
    replay: (key, signal) => replayParked(store, readModels, process, key, { signal }),
    reactions: reactions({ store, process, retry: policy.retry, historyEnd: () => historyEnd }),
  });
}
