/** An iterable that gives what a test hands it, when it does, and tells what was asked of it. */
export class HandFedSource<Item> implements AsyncIterableIterator<Item> {
  readonly #items: Item[] = [];
  #failure: { readonly reason: unknown } | undefined;
  #waiting: { resolve(result: IteratorResult<Item>): void; reject(reason: unknown): void } | undefined;
  /** How many items were asked for. */
  asked = 0;
  returned = false;

  give(item: Item): void {
    if (this.#waiting === undefined) {
      this.#items.push(item);
      return;
    }
    this.#waiting.resolve({ done: false, value: item });
    this.#waiting = undefined;
  }

  /** Fails what is waited for, and whatever is asked for once the items are used up. */
  fail(reason: unknown): void {
    this.#failure = { reason };
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Item>> {
    this.asked++;
    const [item] = this.#items.splice(0, 1);
    if (item !== undefined) return Promise.resolve({ done: false, value: item });
    if (this.#failure !== undefined) return Promise.reject(this.#failure.reason);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Item>> {
    this.returned = true;
    return Promise.resolve({ done: true, value: undefined });
  }
}
