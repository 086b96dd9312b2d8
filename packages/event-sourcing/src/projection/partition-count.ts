import type { CallOptions, ReadModelId, ReadModelStore } from "@leftfold/core";
import { failureIn, isConflict } from "./failure.ts";
import { PartitionCountError } from "./projection-errors.ts";

/** Beside a projection: into how many partitions it is divided, kept as a checkpoint, which only one can set. */
export function partitionsModel({ name, version }: ReadModelId): ReadModelId {
  return { name: `${name}:partitions`, version };
}

/** Into how many partitions a projection is divided; 1 when it never was. */
export async function partitionCount(
  readModels: Pick<ReadModelStore, "checkpoint">,
  id: ReadModelId,
  options?: CallOptions,
): Promise<number> {
  return Math.max(1, Number(await readModels.checkpoint(partitionsModel(id), options)));
}

/**
 * Fixes the number of partitions on first use.
 *
 * @throws `partition-count` when it was another one before: the checkpoints are of those partitions.
 */
export async function claimPartitionCount(
  readModels: ReadModelStore,
  id: ReadModelId,
  count: number,
): Promise<void> {
  const checkpoint = partitionsModel(id);
  let actual = await readModels.checkpoint(checkpoint);
  if (actual === 0n) {
    try {
      await readModels.commit({ checkpoint, from: 0n, to: BigInt(count), writes: [] });
      return;
    } catch (error) {
      if (!isConflict(failureIn(error))) throw error;
      actual = await readModels.checkpoint(checkpoint);
    }
  }
  if (actual !== BigInt(count))
    throw new PartitionCountError(`${id.name} version ${id.version}`, Number(actual), count);
}
