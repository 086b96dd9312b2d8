import type { DocumentWrite } from "@leftfold/core";
import type { Batch } from "./event-intake.ts";

/** What a batch comes to: what is to be committed, and how far. */
export interface WorkedBatch<Transaction = unknown> {
  readonly writes: readonly DocumentWrite[];
  readonly within?: ((transaction: Transaction) => Promise<void>) | undefined;
  /** The checkpoint from now on; less than the batch's end when it failed in between. */
  readonly to: bigint;
  /** How many events had an effect or were put aside. */
  readonly processed: number;
  /** Whether events were put aside because earlier ones of their keys are. */
  readonly hasFollowers?: boolean | undefined;
  /** What the consumer stops with once this is committed. */
  readonly failure?: Error | undefined;
}

/** Makes commits out of batches: for documents, for batches as a whole, for processes. */
export interface BatchWorker<Transaction = unknown> {
  /** Called before the first batch, and after somebody else has moved the checkpoint: nothing that is known holds any longer. */
  reset(checkpoint: bigint, signal: AbortSignal): Promise<void>;
  /**
   * Works on a batch while the last one may still be on its way to the store.
   *
   * @param settled waits for that; rejects when it failed, and then this batch must go no further.
   */
  work(batch: Batch, settled: () => Promise<void>, signal: AbortSignal): Promise<WorkedBatch<Transaction>>;
  readonly parkedCount: number;
  /** Called after the commit of a batch with followers: what they follow may have been replayed at that very moment. */
  replayOrphans?(signal: AbortSignal): Promise<void>;
}
