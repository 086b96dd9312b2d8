/** A log that can be followed: read page by page, and waited on. */
export interface FollowedLog<Batch> {
  /** What lies after a position, one page at most. */
  readAfter(position: bigint, signal: AbortSignal | undefined): Promise<FollowedPage<Batch>>;
  /** Resolves as soon as something may lie after the position, or when the time is up. */
  waitBeyond(position: bigint, timeoutMs: number, signal: AbortSignal | undefined): Promise<void>;
}

export interface FollowedPage<Batch> {
  /** What matches, in order; undefined when nothing does. */
  readonly batch: Batch | undefined;
  /** The global nonce of the last event in `batch`; ignored when there is none. */
  readonly lastDelivered: bigint;
  /**
   * Everything up to here is settled: delivered, or no match. The position itself when nothing lies after it.
   */
  readonly scannedTo: bigint;
  /** Whether the page came from the live end of the log rather than from storage. */
  readonly live: boolean;
}

export type FollowMessage<Batch> =
  | { readonly kind: "batch"; readonly batch: Batch }
  | { readonly kind: "checkpoint"; readonly globalNonce: bigint }
  | { readonly kind: "caughtUp"; readonly globalNonce: bigint };

/**
 * Live events that a subscriber does not want are settled so often at most. Where appends come fast, telling each subscriber of
 * each would cost as much as delivering them.
 */
export const liveCheckpointMs = 100;

/**
 * Follows a log from a position on: the one loop behind every subscription.
 *
 * 1. Pages are read one after another, each from where the last one ended: nothing is skipped and nothing
 * comes twice.
 * 2. A page that ends in events that do not match is followed by a checkpoint: at once when it comes from storage, and within
 * {@link liveCheckpointMs} after the last one when it is live.
 * 3. When nothing lies after the position, `caughtUp` is said, once until a page comes from storage again.
 * 4. Then it waits. A wait without news for `heartbeatMs` gives a checkpoint.
 *
 * It holds no queue of its own: a consumer that does not ask for the next message makes the loop stand still.
 */
export async function* follow<Batch>(
  log: FollowedLog<Batch>,
  options: { after: bigint; heartbeatMs: number; signal: AbortSignal | undefined },
): AsyncGenerator<FollowMessage<Batch>, never, undefined> {
  const { heartbeatMs, signal } = options;
  let position = options.after;
  let caughtUp = false;
  let waited = false;
  /** Up to where the consumer knows that all is settled. */
  let told = position;
  let nextCheckpointMs = 0;
  for (;;) {
    signal?.throwIfAborted();
    const page = await log.readAfter(position, signal);
    const isNews = page.scannedTo > position;
    if (isNews) {
      if (!page.live) caughtUp = false;
      position = page.scannedTo;
      waited = false;
      if (page.batch !== undefined) {
        told = page.lastDelivered;
        yield { kind: "batch", batch: page.batch };
      }
    } else if (!caughtUp) {
      caughtUp = true;
      waited = false;
      told = position;
      yield { kind: "caughtUp", globalNonce: position };
    }
    const isDue = (isNews && !page.live) || performance.now() >= nextCheckpointMs;
    if (waited || (told < position && isDue)) {
      told = position;
      nextCheckpointMs = performance.now() + liveCheckpointMs;
      yield { kind: "checkpoint", globalNonce: position };
    }
    if (isNews) continue;
    const untilDueMs = Math.max(1, nextCheckpointMs - performance.now());
    await log.waitBeyond(position, told < position ? Math.min(untilDueMs, heartbeatMs) : heartbeatMs, signal);
    waited = true;
  }
}
