import type { Clock } from "./clock.ts";

/**
 * A clock for tests: its time passes only when everybody waits, and then at once to the first moment that is
 * waited for.
 */
export class ManualClock implements Clock {
  #nowMs = 0;
  #waiting: { readonly atMs: number; readonly wake: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  async waitUntil(timeMs: number): Promise<void> {
    if (timeMs <= this.#nowMs) return;
    await new Promise<void>((wake) => {
      this.#waiting.push({ atMs: timeMs, wake });
    });
  }

  /** Lets so much time pass for whoever waits. */
  async take(durationMs: number): Promise<void> {
    await this.waitUntil(this.#nowMs + durationMs);
  }

  /** Moves the time on, as work does that keeps the processor to itself. */
  pass(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  /** Runs `work` to its end, moving the time whenever nothing else is left to do. */
  async run<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = (): void => {
      ended = true;
    };
    work.then(end, end);
    while (!ended) {
      // One turn of the event loop, in which all that can go on without time goes on.
      await new Promise((turn) => setImmediate(turn));
      this.#wakeNext();
    }
    return await work;
  }

  #wakeNext(): void {
    const nextMs = Math.min(...this.#waiting.map(({ atMs }) => atMs));
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#nowMs = Math.max(this.#nowMs, nextMs);
    const due = this.#waiting.filter(({ atMs }) => atMs <= nextMs);
    this.#waiting = this.#waiting.filter(({ atMs }) => atMs > nextMs);
    for (const { wake } of due) wake();
  }
}
