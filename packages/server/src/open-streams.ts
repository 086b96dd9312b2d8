import type { Admission } from "./admission.ts";

/** The streams that the server is sending: counted, and ended when it stops. */
export class OpenStreams {
  readonly #admission: Admission;
  readonly #stopping: AbortSignal;
  readonly #endAtStop = new Set<AbortController>();

  /** @param stopping is aborted when the server stops, with the error that its streams then end with. */
  constructor(admission: Admission, stopping: AbortSignal) {
    this.#admission = admission;
    this.#stopping = stopping;
    stopping.addEventListener("abort", () => {
      for (const controller of this.#endAtStop) controller.abort(stopping.reason);
    });
  }

  /**
   * Passes on what `open` gives until the call's signal is aborted or the server stops.
   *
   * The source is closed at that moment, even when nobody asks for the next item any more: a client that is
   * gone can leave a call standing in a write.
   *
   * @param seesStop for a source that ends by itself when the server stops.
   * @throws `resource-exhausted` when too many streams are open; `unavailable` when the server stops.
   */
  async *run<T>(
    call: AbortSignal,
    open: (signal: AbortSignal) => AsyncIterable<T>,
    { seesStop = false }: { readonly seesStop?: boolean } = {},
  ): AsyncGenerator<T, void, undefined> {
    this.#stopping.throwIfAborted();
    this.#admission.take(1);
    const controller = new AbortController();
    const { signal } = controller;
    let source: AsyncIterator<T> | undefined;
    const abort = (): void => controller.abort(call.reason);
    let isOpen = true;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#endAtStop.delete(controller);
      call.removeEventListener("abort", abort);
      this.#admission.giveBack(1);
      // What a source has to say after its end concerns nobody.
      source?.return?.().catch(() => {});
    };
    if (!seesStop) this.#endAtStop.add(controller);
    signal.addEventListener("abort", close, { once: true });
    call.addEventListener("abort", abort, { once: true });
    if (call.aborted) abort();
    try {
      source = open(signal)[Symbol.asyncIterator]();
      for (;;) {
        signal.throwIfAborted();
        const next = await source.next();
        signal.throwIfAborted();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      close();
    }
  }
}
