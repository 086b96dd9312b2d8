/**
 * A read that many may ask for at once. Each gets what was read after they asked: not from the read that runs by then, but from the
 * next, which all share who ask until it begins.
 */
export class SharedRead<T> {
  readonly #read: () => Promise<T>;
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<T> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** Rejects as the read does. */
  get(): Promise<T> {
    this.#next ??= this.#readNext();
    return this.#next;
  }

  async #readNext(): Promise<T> {
    await this.#last.catch(() => undefined);
    this.#last = this.#next!;
    this.#next = undefined;
    return await this.#read();
  }
}
