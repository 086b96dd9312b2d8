/** A timer that waits for its time. */
export interface VirtualTimer {
  readonly dueMs: number;
  /** The order of timers that are due at the same time. */
  readonly order: number;
  readonly everyMs: number | undefined;
  readonly run: () => void;
}

/** Where every schedule begins: a time like any other, so that nothing rests on small numbers. */
const startMs = 1_000_000;

/** A clock that moves when it is told to, and the timers that wait for it. */
export class VirtualTime {
  #nowMs = startMs;
  #order = 0;
  readonly #timers = new Map<number, VirtualTimer>();
  #immediates: (() => void)[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Milliseconds since the schedule began. */
  get passedMs(): number {
    return this.#nowMs - startMs;
  }

  /** What is to run as soon as everything else has: not a matter of time. */
  immediately(run: () => void): void {
    this.#immediates.push(run);
  }

  /** Takes what is to run immediately. */
  takeImmediates(): readonly (() => void)[] {
    const taken = this.#immediates;
    if (taken.length > 0) this.#immediates = [];
    return taken;
  }

  /** @returns the timer's number, to stop it by. */
  start(run: () => void, delayMs: number, repeats: boolean): number {
    const ms = Math.max(1, Number.isFinite(delayMs) ? delayMs : 1);
    const order = ++this.#order;
    this.#timers.set(order, { dueMs: this.#nowMs + ms, order, everyMs: repeats ? ms : undefined, run });
    return order;
  }

  stop(order: number): void {
    this.#timers.delete(order);
  }

  get hasTimers(): boolean {
    return this.#timers.size > 0;
  }

  /** Lets time pass to the next timer, and runs it. */
  pass(): void {
    let next: VirtualTimer | undefined;
    for (const timer of this.#timers.values())
      if (next === undefined || timer.dueMs < next.dueMs) next = timer;
    if (next === undefined) throw new Error("Time was to pass, and nobody waits for it.");
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    const { order, everyMs, run } = next;
    this.#timers.delete(order);
    if (everyMs !== undefined) this.#timers.set(order, { ...next, dueMs: next.dueMs + everyMs });
    run();
  }
}
