import { InternalError } from "@leftfold/core";
import type { LogBatch } from "./log-batch.ts";

/**
 * Checks that a batch starts where it has to and has no hole, which logs never have: a hole would mean that events are lost,
 * or that a reader has passed some that appear later.
 *
 * @param end where the batch has to end, when that is known.
 * @throws `internal` when it is otherwise: that must stop whoever reads, loudly.
 */
export function assertDense(batch: LogBatch | undefined, start: bigint, end?: bigint): void {
  if (batch?.firstGlobalNonce === start) {
    const { firstGlobalNonce, lastGlobalNonce, count } = batch;
    const span =
      lastGlobalNonce > firstGlobalNonce
        ? lastGlobalNonce - firstGlobalNonce
        : firstGlobalNonce - lastGlobalNonce;
    if (span === BigInt(count - 1) && (end === undefined || end === lastGlobalNonce)) return;
  }
  const found = batch
    ? `${batch.count} events, ${batch.firstGlobalNonce} to ${batch.lastGlobalNonce}`
    : "nothing";
  throw new InternalError({
    message: `The log has a hole: from global nonce ${start} to ${end ?? "the end of a page"} there is ${found}.`,
  });
}
