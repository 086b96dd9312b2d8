/** Ends a storm in which nothing moves any more: an event that never comes is found, not waited for. */
export class StormWatch implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  readonly #abort = (): void => this.#controller.abort(this.#outer?.reason);
  #moved = true;
  /** Repetitions after an error that is retryable. */
  retries = 0;

  constructor(stalledMs: number, outer: AbortSignal | undefined) {
    this.#outer = outer;
    this.#timer = setInterval(() => {
      if (!this.#moved) this.fail(new Error(`Nobody got any further for ${stalledMs} ms.`));
      this.#moved = false;
    }, stalledMs);
    outer?.addEventListener("abort", this.#abort, { once: true });
    if (outer?.aborted) this.#abort();
  }

  /** Aborted when the storm fails, stalls, or is cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Notes that somebody got further. */
  moved(): void {
    this.#moved = true;
  }

  /** Ends the storm for everybody in it. */
  fail(error: unknown): void {
    this.#controller.abort(error);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#outer?.removeEventListener("abort", this.#abort);
  }
}
