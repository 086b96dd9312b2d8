import { setTimeout as sleep } from "node:timers/promises";

/** How long an operation may still wait, and the signal that ends the waiting early. */
export class Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly #endsAtMs: number;

  constructor(timeoutMs: number, signal?: AbortSignal) {
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.#endsAtMs = performance.now() + timeoutMs;
  }

  get exhausted(): boolean {
    return performance.now() >= this.#endsAtMs;
  }

  /** Waits for a moment. Rejects with the signal's reason as soon as it is aborted. */
  async pause(ms: number): Promise<void> {
    this.signal?.throwIfAborted();
    const options = this.signal === undefined ? {} : { signal: this.signal };
    await sleep(ms, undefined, options).catch(() => this.signal?.throwIfAborted());
  }

  /**
   * Asks again and again, at growing intervals of 5 to 100 ms, until the answer is not undefined. Undefined when the
   * time is over; the question is always asked at least once.
   */
  async until<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
    for (let intervalMs = 5; ; intervalMs = Math.min(100, intervalMs * 1.5)) {
      this.signal?.throwIfAborted();
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (this.exhausted) return undefined;
      await this.pause(intervalMs);
    }
  }
}
