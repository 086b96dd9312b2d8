import { UnavailableError } from "./errors.ts";

/** Whether a store is open, and the calls that run in it. A handle's lifetime lies within its backend's. */
export class Lifetime {
  readonly #outer: Lifetime | undefined;
  readonly #running = new Set<AbortController>();
  #closed = false;

  constructor(outer?: Lifetime) {
    this.#outer = outer;
  }

  get closed(): boolean {
    return this.#closed || (this.#outer?.closed ?? false);
  }

  /** How many calls run. */
  get running(): number {
    return this.#running.size;
  }

  /** @throws `unavailable` once it has ended. */
  throwIfClosed(): void {
    if (this.closed) throw wasClosed();
  }

  /**
   * Notes a call that waits: it is aborted when the lifetime ends. Each call that enters must leave.
   *
   * @throws `unavailable` once it has ended.
   */
  enter(call: AbortController): void {
    this.throwIfClosed();
    this.#running.add(call);
    this.#outer?.enter(call);
  }

  leave(call: AbortController): void {
    this.#running.delete(call);
    this.#outer?.leave(call);
  }

  /** Ends it: what runs is aborted with `unavailable`, what comes later is refused with it. */
  close(): void {
    this.#closed = true;
    for (const call of this.#running) call.abort(wasClosed());
  }
}

function wasClosed(): UnavailableError {
  return new UnavailableError("The store was closed. Open a new one to go on.");
}
