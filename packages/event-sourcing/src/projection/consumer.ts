import type { CheckpointId, EventQuery, EventStore, ReadModelCommit, ReadModelStore } from "@leftfold/core";
import { backOff, type RetryPolicy } from "../retry.ts";
import type { BatchWorker, WorkedBatch } from "./batch-worker.ts";
import { type BatchBounds, EventIntake } from "./event-intake.ts";
import { failureIn, isConflict, isRetryable } from "./failure.ts";
import type { Progress } from "./progress.ts";

export interface ConsumerSetting<Transaction> {
  readonly store: EventStore;
  readonly readModels: ReadModelStore<Transaction>;
  readonly checkpoint: CheckpointId;
  readonly query: EventQuery;
  readonly worker: BatchWorker<Transaction>;
  readonly bounds: BatchBounds;
  /** For what may pass: a store that cannot be reached. Counted anew after every commit. */
  readonly restart: RetryPolicy;
  readonly progress: Progress;
  /** Called with the checkpoint at the start of each session, before anything is read. */
  readonly onSession?: ((checkpoint: bigint, signal: AbortSignal) => Promise<void>) | undefined;
  /** Called after each commit while the consumer is live, and once when it becomes so. */
  readonly onLive?: ((signal: AbortSignal) => Promise<void>) | undefined;
}

/** While another runner commits, look after its work only now and then. */
const standBy: RetryPolicy = { attemptsMax: Number.POSITIVE_INFINITY, baseDelayMs: 20, delayMaxMs: 1_000 };

/**
 * Consumes one checkpoint's events until it is aborted.
 *
 * 1. It subscribes behind the stored checkpoint, and works on what arrives, batch by batch.
 * 2. Each batch is committed with the checkpoint that it starts from. The next one is read and worked on meanwhile.
 * 3. When somebody else has moved the checkpoint, nothing of the batch was written: it stands by, and begins again at 1.
 * 4. When something failed that may pass, it waits, longer each time, and begins again at 1.
 *
 * @throws what the worker stops with, and what does not pass.
 */
export async function consume<Transaction>(
  setting: ConsumerSetting<Transaction>,
  signal: AbortSignal,
): Promise<void> {
  const { progress, restart } = setting;
  let conflicts = 0;
  let failures = 0;
  while (!signal.aborted) {
    const { processed, checkpoint } = progress;
    try {
      await session(setting, signal);
    } catch (error) {
      if (signal.aborted) break;
      if (progress.processed > processed || progress.checkpoint > checkpoint) conflicts = failures = 0;
      const failure = failureIn(error);
      if (isConflict(failure)) {
        progress.conflicts++;
        progress.state = "standing-by";
        await quietly(backOff(standBy, ++conflicts, failure, signal));
      } else if (isRetryable(failure) && ++failures < restart.attemptsMax) {
        progress.retries++;
        progress.error = failure;
        progress.state = "retrying";
        progress.wakeAll();
        await quietly(backOff(restart, failures, failure, signal));
      } else throw failure;
    }
  }
}

/** An aborted wait ends like one that is over: whoever waits looks at the signal next. */
function quietly(waiting: Promise<void>): Promise<void> {
  return waiting.catch(() => undefined);
}

async function session<Transaction>(
  setting: ConsumerSetting<Transaction>,
  signal: AbortSignal,
): Promise<void> {
  const { store, readModels, worker, progress, query, bounds } = setting;
  const checkpoint = await readModels.checkpoint(setting.checkpoint, { signal });
  progress.head = await store.head({ signal });
  progress.advance(checkpoint);
  await setting.onSession?.(checkpoint, signal);
  await worker.reset(checkpoint, signal);
  if (progress.state !== "standing-by") progress.state = "catching-up";
  await using intake = new EventIntake(checkpoint, bounds, (leaving) =>
    store.subscribe({ query, after: checkpoint }, { signal: AbortSignal.any([leaving, signal]) }),
  );
  let from = checkpoint;
  let committing: Promise<void> = Promise.resolve();
  const settled = (): Promise<void> => committing;
  try {
    for (;;) {
      // Nothing to do meanwhile: then a commit that failed must not go unnoticed until the next event.
      if (!intake.isReady) await committing;
      const batch = await intake.take();
      const worked = await worker.work(batch, settled, signal);
      await committing;
      if (worked.to > from) {
        committing = commit(setting, from, worked, signal);
        committing.catch(() => undefined);
        from = worked.to;
      }
      if (worked.failure !== undefined || batch.caughtUp) await committing;
      if (worked.failure !== undefined) throw worked.failure;
      if (batch.caughtUp) await becomeLive(setting, signal);
    }
  } finally {
    await committing.catch(() => undefined);
  }
}

async function becomeLive<Transaction>(
  { progress, onLive }: ConsumerSetting<Transaction>,
  signal: AbortSignal,
): Promise<void> {
  progress.state = "live";
  progress.error = undefined;
  await onLive?.(signal);
  progress.wakeAll();
}

/** A commit is not aborted with its consumer: what was worked out is better kept than done again. */
async function commit<Transaction>(
  { readModels, checkpoint, worker, progress, onLive }: ConsumerSetting<Transaction>,
  from: bigint,
  { writes, within, to, processed, hasFollowers }: WorkedBatch<Transaction>,
  signal: AbortSignal,
): Promise<void> {
  const request: ReadModelCommit<Transaction> = { checkpoint, from, to, writes, ...(within && { within }) };
  await readModels.commit(request);
  progress.processed += processed;
  progress.parked = worker.parkedCount;
  if (progress.state === "standing-by") progress.state = "catching-up";
  if (hasFollowers) await worker.replayOrphans?.(signal);
  progress.advance(to);
  if (progress.state === "live") await onLive?.(signal);
}
