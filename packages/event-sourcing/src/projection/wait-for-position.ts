import type { CallOptions, ReadModelId, ReadModelStore } from "@leftfold/core";
import { partitionCount } from "./partition-count.ts";

/** How far all of a projection's partitions are. */
export async function committedUpTo(
  readModels: Pick<ReadModelStore, "checkpoint">,
  { name, version }: ReadModelId,
  options?: CallOptions,
): Promise<bigint> {
  const count = await partitionCount(readModels, { name, version }, options);
  const each = Array.from({ length: count }, (_, partition) =>
    readModels.checkpoint({ name, version, partition }, options),
  );
  return (await Promise.all(each)).reduce(lower);
}

/** The lower of two positions. */
export function lower(one: bigint, other: bigint): bigint {
  return one > other ? other : one;
}

/** The higher of two positions. */
export function higher(one: bigint, other: bigint): bigint {
  return lower(one, other) === one ? other : one;
}
