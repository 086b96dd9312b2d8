import type { CallOptions } from "@leftfold/core";
import type { ForwarderOptions, ForwarderStatus } from "./forwarder-options.ts";
import { RunningForwarder } from "./running-forwarder.ts";

/** Forwards events until it is disposed of, or fails. */
export interface Forwarder extends AsyncDisposable {
  status(): ForwarderStatus;
  /**
   * How many events were recorded that are not with the sink yet; those that do not match the query count
   * until they are seen.
   */
  lag(options?: CallOptions): Promise<bigint>;
  /**
   * Resolves when everything up to a global nonce is with the sink, whoever forwarded it.
   *
   * @throws what the forwarder failed with; `deadline-exceeded`; the signal's reason.
   */
  waitFor(globalNonce: bigint, options?: CallOptions): Promise<void>;
  /** Resolves when it was closed; rejects with what it failed with. Need not be listened to. */
  readonly done: Promise<void>;
}

/**
 * Forwards a store's events to a sink, in order and at least once, and begins at once.
 *
 * 1. From its checkpoint on it follows the log, and takes what has come together: one event or many, without
 *    waiting for more.
 * 2. When the sink has a batch, the checkpoint moves. So nothing is left out by a crash between the two; the
 *    batch is sent again.
 * 3. When anything fails it waits, longer each time, and begins again at the stored checkpoint. After
 *    `attemptsMax` failures in a row, and after one that says `retryable: false`, it gives up: `done`
 *    rejects.
 * 4. When another forwarder of the name has moved the checkpoint, this one stands by, and takes over once the
 *    checkpoint stands still although there is something to forward.
 *
 * Closing lets the batch end that is on its way, within `closeTimeoutMs`.
 */
export function forwarder(options: ForwarderOptions): Forwarder {
  return new RunningForwarder(options);
}
