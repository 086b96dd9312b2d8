/** What a loop measured between the opening and the closing of its window. */
export interface Window {
  readonly openedMs: number;
  readonly closedMs: number;
  /** CPU time that was spent in the window, in microseconds by who spent it; empty when nobody looked. */
  readonly cpuMicros: CpuMicros;
}

/** CPU time in microseconds since some fixed moment, by who spent it: `client`, `server`, `postgres`, … */
export type CpuMicros = Readonly<Record<string, number>>;

/** Reads how much CPU time was spent so far. */
export type CpuProbe = () => CpuMicros;

/**
 * The part of a loop that counts: it opens when the warm-up is over and closes when it was open for as long
 * as wanted.
 *
 * Whoever looks at the clock calls `advance`, so that the window opens and closes even while operations that
 * never wait keep every timer from firing. CPU time is read at the very moments between which work is
 * counted.
 */
export class MeasuringWindow {
  readonly #opensMs: number;
  readonly #measureMs: number;
  readonly #probe: CpuProbe;
  #openedMs: number | undefined;
  #closedMs: number | undefined;
  #cpuAtOpening: CpuMicros = {};
  #cpuAtClosing: CpuMicros = {};

  constructor(opensMs: number, measureMs: number, probe: CpuProbe = () => ({})) {
    this.#opensMs = opensMs;
    this.#measureMs = measureMs;
    this.#probe = probe;
  }

  /** Opens or closes the window when its time has come. */
  advance(nowMs: number): void {
    if (this.#closedMs !== undefined) return;
    if (this.#openedMs === undefined) {
      if (nowMs < this.#opensMs) return;
      this.#openedMs = nowMs;
      this.#cpuAtOpening = this.#probe();
    } else if (nowMs >= this.#openedMs + this.#measureMs) {
      this.close(nowMs);
    }
  }

  /** Closes the window now, for a loop that ends by itself. */
  close(nowMs: number): void {
    this.#openedMs ??= nowMs;
    this.#closedMs ??= nowMs;
    this.#cpuAtClosing = this.#probe();
  }

  get isOpen(): boolean {
    return this.#openedMs !== undefined && this.#closedMs === undefined;
  }

  get isClosed(): boolean {
    return this.#closedMs !== undefined;
  }

  /** When it is due to open or, once open, to close. */
  get nextEdgeMs(): number {
    return this.#openedMs === undefined ? this.#opensMs : this.#openedMs + this.#measureMs;
  }

  result(): Window {
    const cpuMicros: Record<string, number> = {};
    for (const [who, micros] of Object.entries(this.#cpuAtClosing)) {
      cpuMicros[who] = micros - (this.#cpuAtOpening[who] ?? 0);
    }
    return { openedMs: this.#openedMs ?? 0, closedMs: this.#closedMs ?? 0, cpuMicros };
  }
}
