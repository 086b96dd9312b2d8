import { abortable, beginCall, type CallOptions, LogWaiters } from "@leftfold/core";

/** What a consumer is doing. */
export type ConsumerState =
  /** It has not read anything yet. */
  | "starting"
  /** It works through history. */
  | "catching-up"
  /** It has caught up, and takes events as they come. */
  | "live"
  /** Another runner is at work; this one waits for its turn. */
  | "standing-by"
  /** Something failed that may pass; it will try again. */
  | "retrying"
  | "stopped"
  /** It failed for good; `error` tells why. */
  | "failed";

/** How far a consumer is. Consumers write it, statuses are read from it. */
export class Progress {
  state: ConsumerState = "starting";
  /** What this consumer knows to be committed. */
  checkpoint = 0n;
  /** The end of the log, as far as it is known here. */
  head = 0n;
  processed = 0;
  conflicts = 0;
  retries = 0;
  parked = 0;
  error: unknown;
  readonly #waiters: LogWaiters = new LogWaiters();
  readonly #whole: Progress | undefined;

  /** @param whole whose waiters are to look again, too, when this part has moved. */
  constructor(whole?: Progress) {
    this.#whole = whole;
  }

  advance(checkpoint: bigint): void {
    this.checkpoint = checkpoint;
    if (checkpoint > this.head) this.head = checkpoint;
    this.wakeAll();
  }

  /** Lets those who wait look again: the state has changed. */
  wakeAll(): void {
    this.#waiters.wake(endOfTime);
    this.#whole?.wakeAll();
  }

  /**
   * Waits until a condition holds, looking again whenever something was committed, and after `pollMs` at the latest.
   *
   * @throws the signal's reason; `deadline-exceeded`.
   */
  async until(holds: () => Promise<boolean> | boolean, pollMs: number, options?: CallOptions): Promise<void> {
    const call = beginCall(options);
    try {
      while (!(await abortable(Promise.resolve(holds()), call.signal)))
        await this.#waiters.wait(0n, pollMs, call.signal);
    } finally {
      call.end();
    }
  }
}

/** Beyond every nonce. */
const endOfTime = 2n ** 63n;
