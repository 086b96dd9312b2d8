import type { EventStoreBackend } from "@leftfold/core";

/** Asks the store behind the server for a sign of life; rejects when there is none. */
export type ReadinessProbe = (signal: AbortSignal) => Promise<unknown>;

export interface ReadinessOptions {
  readonly probe: ReadinessProbe;
  /** A probe that takes longer has failed. */
  readonly timeoutMs: number;
  /** An answer counts for so long, so that many who ask cost one probe. */
  readonly validMs: number;
  /** Aborted when the server stops: it is not ready from then on. */
  readonly stopping: AbortSignal;
  /** Milliseconds of a clock that never goes back; the system's when absent. */
  readonly now?: (() => number) | undefined;
}

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** Whether the server can take calls now: it is not shutting down, and its backend answers. */
export class ReadinessCheck {
  readonly #options: ReadinessOptions;
  readonly #now: () => number;
  #asked: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;

  constructor(options: ReadinessOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  async check(): Promise<Readiness> {
    const { stopping, validMs } = this.#options;
    if (!stopping.aborted) {
      if (this.#asked === undefined || this.#now() - this.#asked.at > validMs) {
        this.#asked = { at: this.#now(), answer: this.#probe() };
      }
      const answer = await this.#asked.answer;
      // It may have stopped in the meantime.
      if (!stopping.aborted) return answer;
    }
    return { ready: false, reason: "The server is shutting down." };
  }

  /**
   * Resolves when the server stops, when the time is up, or when the signal is aborted; whichever comes
   * first.
   */
  pause(ms: number, signal: AbortSignal): Promise<void> {
    const { stopping } = this.#options;
    if (stopping.aborted || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stopping.removeEventListener("abort", done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      stopping.addEventListener("abort", done, { once: true });
      signal.addEventListener("abort", done, { once: true });
    });
  }

  async #probe(): Promise<Readiness> {
    const { probe, timeoutMs } = this.#options;
    const expired = Promise.withResolvers<Readiness>();
    const controller = new AbortController();
    const timer = setTimeout(() => {
      expired.resolve({ ready: false, reason: `The store did not answer within ${timeoutMs} ms.` });
      controller.abort();
    }, timeoutMs);
    const answer = probe(controller.signal).then(
      (): Readiness => ({ ready: true }),
      // The cause may hold an address or a statement, which is nobody's to read here.
      (): Readiness => ({ ready: false, reason: "The store does not answer." }),
    );
    try {
      return await Promise.race([answer, expired.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Asks for the head of a log that nobody writes to: a read that reaches the storage and finds nothing. */
export function headProbe(backend: EventStoreBackend): ReadinessProbe {
  return (signal) => backend.tenant("readyz").head({ signal });
}
