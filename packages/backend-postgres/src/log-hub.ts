import { abortable, type FollowedLog, type SubscribeRequest } from "@leftfold/core";
import { defaultTailBounds, type TailBounds } from "./live-tail.ts";
import type { LogBatch } from "./log-batch.ts";
import { LogFollowing } from "./log-following.ts";
import type { LogPages } from "./log-pages.ts";
import { ScanWindow } from "./scan-window.ts";
import type { Committed } from "./sequencer.ts";

/** A subscriber's part in a hub. */
export interface Joined {
  /** Where it starts. */
  readonly after: bigint;
  readonly log: FollowedLog<LogBatch>;
  readonly leave: () => void;
}

/**
 * Follows one tenant's log for all of its subscribers, while there are any.
 *
 * 1. The sequencer of this process hands over what it has committed; those batches are passed on as they are.
 * 2. What other processes committed is read from the table, once for everybody, when a notification or a poll tells of it.
 * 3. Both go into a tail of bounded size, in order and without a gap. A subscriber within it is served from memory; one behind
 *    it reads pages from the table until it is within. Nobody has a buffer of their own, so a slow one costs nothing.
 */
export class LogHub {
  readonly #pages: LogPages;
  readonly #bounds: TailBounds;
  #following: LogFollowing | undefined;

  constructor(pages: LogPages, bounds: TailBounds = defaultTailBounds) {
    this.#pages = pages;
    this.#bounds = bounds;
  }

  /** Whether anybody follows the log. */
  get isActive(): boolean {
    return this.#following !== undefined;
  }

  /** How many wait for news. */
  get waiting(): number {
    return this.#following?.waiting ?? 0;
  }

  /** Takes what was committed in this process. Called in order. */
  accept(commit: Committed): void {
    this.#following?.accept(commit);
  }

  /** Takes word of a head. When it is news, the table is read up to it. */
  hear(head: bigint): void {
    this.#following?.hear(head);
  }

  /**
   * Joins a subscriber, and gives it its view of the log. It must leave when it is done.
   *
   * @throws the store's error when the head cannot be read; the signal's reason when it is aborted meanwhile.
   */
  async join(request: SubscribeRequest, signal: AbortSignal | undefined): Promise<Joined> {
    const isFirst = this.#following === undefined;
    this.#following ??= new LogFollowing(this.#pages, this.#bounds);
    const following = this.#following;
    following.subscribers++;
    const { query, after: from = 0n } = request;
    let after: bigint;
    try {
      await abortable(following.started, signal);
      const head = isFirst ? following.head : await following.refreshed(signal);
      after = from === "head" ? head : from;
    } catch (error) {
      this.#leave(following);
      throw error;
    }
    const window = new ScanWindow(query);
    return {
      after,
      leave: () => this.#leave(following),
      log: {
        readAfter: (position, pageSignal) => following.readAfter(position, query, window, pageSignal),
        waitBeyond: (position, timeoutMs, waitSignal) =>
          following.waitBeyond(position, timeoutMs, waitSignal),
      },
    };
  }

  /** The last one to leave ends the following. */
  #leave(following: LogFollowing): void {
    following.subscribers--;
    if (following.subscribers > 0) return;
    following.end();
    if (this.#following === following) this.#following = undefined;
  }
}
