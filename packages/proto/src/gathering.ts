/** How single items become batches. */
export interface GatheringRules<Item, Batch> {
  readonly itemsMax: number;
  /** A batch that weighs so much takes no further item. */
  readonly weightMax: number;
  readonly weigh: (item: Item) => number;
  /** Whether an item makes a batch of its own. */
  readonly isAlone: (item: Item) => boolean;
  readonly join: (items: readonly [Item, ...Item[]]) => Batch;
}

/**
 * Gathers what a source has ready into batches, and waits for nothing: a batch holds what arrives within one
 * turn of the event loop, so that a live item goes out at once, and a long history goes out in few pieces.
 *
 * 1. It waits for a first item.
 * 2. It takes more, until the batch is full, an item comes that stands alone, or the turn is over.
 * 3. Nothing else is asked of the source until the next batch is wanted: at most one batch and one item are
 * held.
 *
 * An end or an error that comes behind items is told after them. Leaving aborts the source, even while it is
 * waiting.
 */
export class Gathering<Item, Batch> implements AsyncIterableIterator<Batch, undefined> {
  readonly #source: AsyncIterator<Item>;
  readonly #rules: GatheringRules<Item, Batch>;
  readonly #leave: () => void;
  /** What was asked of the source, and is not part of a batch yet. */
  #asked: Promise<IteratorResult<Item>> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #over = false;

  /** @param leave makes the source end, or fail, soon. */
  constructor(source: AsyncIterable<Item>, rules: GatheringRules<Item, Batch>, leave: () => void) {
    this.#source = source[Symbol.asyncIterator]();
    this.#rules = rules;
    this.#leave = leave;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Calls wait for each other. */
  next(): Promise<IteratorResult<Batch, undefined>> {
    const gather = (): Promise<IteratorResult<Batch, undefined>> => this.#gather();
    const next = this.#last.then(gather, gather);
    this.#last = next;
    return next;
  }

  async return(): Promise<IteratorResult<Batch, undefined>> {
    if (this.#over) return { done: true, value: undefined };
    this.#over = true;
    this.#leave();
    // What the source still fails with is only that it was left.
    await this.#asked?.catch(() => undefined);
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  async #gather(): Promise<IteratorResult<Batch, undefined>> {
    if (this.#over) return { done: true, value: undefined };
    try {
      const first = await this.#ask();
      if (this.#over || first.done === true) return this.#end();
      this.#asked = undefined;
      const isAlone = this.#rules.isAlone(first.value);
      const items = isAlone ? ([first.value] as const) : await this.#withFollowers(first.value);
      return { done: false, value: this.#rules.join(items) };
    } catch (error) {
      if (this.#over) return { done: true, value: undefined };
      this.#over = true;
      this.#leave();
      throw error;
    }
  }

  #ask(): Promise<IteratorResult<Item>> {
    this.#asked ??= this.#source.next();
    return this.#asked;
  }

  #end(): IteratorResult<Batch, undefined> {
    this.#over = true;
    return { done: true, value: undefined };
  }

  /**
   * Whatever the source comes to and is not taken here, a failure too, stays in `#asked` until the next
   * batch.
   */
  #withFollowers(first: Item): Promise<[Item, ...Item[]]> {
    const { itemsMax, weightMax, weigh, isAlone } = this.#rules;
    const items: [Item, ...Item[]] = [first];
    let weight = weigh(first);
    return new Promise((resolve, reject) => {
      let closed = false;
      const close = (): void => {
        closed = true;
        resolve(items);
      };
      const take = (next: IteratorResult<Item>): void => {
        if (closed) return;
        if (next.done === true || isAlone(next.value)) {
          close();
          return;
        }
        this.#asked = undefined;
        items.push(next.value);
        weight += weigh(next.value);
        more();
      };
      const more = (): void => {
        if (items.length >= itemsMax || weight >= weightMax) close();
        else this.#ask().then(take, close).catch(reject);
      };
      atEndOfTurn(close);
      more();
    });
  }
}

/**
 * Calls back when all that was ready has had its say. In browsers, which lack the exact means, a timer comes
 * close.
 */
function atEndOfTurn(callback: () => void): void {
  if (typeof setImmediate === "function") setImmediate(callback);
  else setTimeout(callback, 0);
}
