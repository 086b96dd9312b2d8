import type { EventStore, ReadModelStore } from "@leftfold/core";
import type { RetryPolicy } from "../retry.ts";
import type { BatchWorker } from "./batch-worker.ts";
import { consume } from "./consumer.ts";
import { DocumentWorker, type Partition } from "./document-worker.ts";
import { type ErrorOptions, errorPolicy } from "./error-policy.ts";
import type { BatchBounds } from "./event-intake.ts";
import { parkedModel } from "./parked-events.ts";
import type { PartitionOptions } from "./partition-shares.ts";
import type { Progress } from "./progress.ts";
import type { Projection } from "./projection.ts";
import { replayParked } from "./replay-parked.ts";
import { Runner } from "./runner.ts";
import { SwitchOver } from "./switch-over.ts";
import { WholeBatchWorker } from "./whole-batch-worker.ts";

export interface RunOptions {
  /** 10,000 events or 8 MiB of payload, whichever comes first, when absent. As much again is read ahead. */
  readonly batch?: Partial<BatchBounds> | undefined;
  /** Documents kept in memory between batches; 20,000 when absent. Beyond them, those that were not used lately are let go. */
  readonly cachedDocumentsMax?: number | undefined;
  readonly onError?: ErrorOptions | undefined;
  /**
   * How often to begin again after a failure that may pass, such as a store that cannot be reached, without any progress in between;
   * 100 attempts with waits of up to 100 milliseconds, doubled each time up to 10 seconds, when absent.
   */
  readonly restart?: Partial<RetryPolicy> | undefined;
  /** What becomes of the version that readers used before, once this one has taken its place; `keep` when absent. */
  readonly oldVersion?: "keep" | "drop" | undefined;
  /** Shares the work with other runners. */
  readonly partitions?: PartitionOptions | undefined;
}

export const defaultBounds: BatchBounds = { eventsMax: 10_000, bytesMax: 8 * 1024 * 1024 };
export const defaultRestart: RetryPolicy = { attemptsMax: 100, baseDelayMs: 100, delayMaxMs: 10_000 };

/**
 * Runs a projection in this process, from its checkpoint on, until it is disposed of.
 *
 * Documents and checkpoint are committed together: every event takes effect exactly once, whatever crashes, and however many runners
 * there are. A new version is built beside the one in use, and takes its place when it has caught up.
 */
export function runProjection<Transaction>(
  store: EventStore,
  readModels: ReadModelStore<Transaction>,
  projection: Projection<object, Transaction>,
  options: RunOptions = {},
): Runner {
  const { model } = projection;
  const { partitions } = options;
  const runner = new Runner({
    id: model,
    store,
    readModels,
    partitions,
    restart: { ...defaultRestart, ...options.restart },
    prepare: async (signal) => {
      await readModels.define(model, { signal });
      await readModels.define(parkedModel(model), { signal });
    },
    consume: (partition, progress, signal) =>
      consumePart({ store, readModels, projection, options, partition, progress }, signal),
  });
  runner.start();
  return runner;
}

interface Part<Transaction> {
  readonly store: EventStore;
  readonly readModels: ReadModelStore<Transaction>;
  readonly projection: Projection<object, Transaction>;
  readonly options: RunOptions;
  readonly partition: Partition | undefined;
  readonly progress: Progress;
}

function consumePart<Transaction>(part: Part<Transaction>, signal: AbortSignal): Promise<void> {
  const { store, readModels, projection, options, partition, progress } = part;
  const { name, version, query } = projection;
  const switchOver = new SwitchOver(
    readModels as ReadModelStore,
    { name, version },
    { partitions: partition?.count ?? 1, dropsOld: options.oldVersion === "drop" },
  );
  return consume(
    {
      store,
      readModels,
      checkpoint: { name, version, ...(partition && { partition: partition.index }) },
      query,
      worker: workerOf(part),
      bounds: { ...defaultBounds, ...options.batch },
      restart: { ...defaultRestart, ...options.restart },
      progress,
      onSession: (checkpoint, ending) => switchOver.checkNotSuperseded(checkpoint, ending),
      onLive: (ending) => switchOver.activateWhenAllCaughtUp(progress.checkpoint, ending),
    },
    signal,
  );
}

function workerOf<Transaction>(part: Part<Transaction>): BatchWorker<Transaction> {
  const { store, projection, readModels, options, partition } = part;
  const { fold } = projection;
  const policy = errorPolicy(options.onError);
  const { cachedDocumentsMax = 20_000 } = options;
  if (fold.kind === "batch") return new WholeBatchWorker({ projection, readModels, fold, policy, partition });
  const documents = readModels as ReadModelStore;
  return new DocumentWorker({
    projection,
    readModels: documents,
    fold,
    policy,
    partition,
    cachedDocumentsMax,
    replay: (key, signal) => replayParked(store, documents, { ...projection, fold }, key, { signal }),
  });
}
