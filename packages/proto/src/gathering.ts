/** How single items become batches. */
export interface GatheringRules<Item, Batch> {
  readonly itemsMax: number;
  /** A batch that weighs so much takes no further item. */
  readonly weightMax: number;
  weigh(item: Item): number;
  /** Whether an item makes a batch of its own. */
  isAlone(item: Item): boolean;
  join(items: readonly [Item, ...Item[]]): Batch;
}

/**
 * Gathers what a source has ready into batches, and waits for nothing: a batch holds what arrives within one turn of the
 * event loop, so that a live item goes out at once, and a long history goes out in few pieces.
 *
 * 1. It waits for a first item.
 * 2. It takes more, until the batch is full, an item comes that stands alone, or the turn is over.
 * 3. Nothing else is asked of the source until the next batch is wanted: at most one batch and one item are held.
 *
 * An end or an error that comes behind items is told after them. Leaving aborts the source, even while it is waiting.
 */
export class Gathering<Item, Batch> implements AsyncIterableIterator<Batch, undefined> {
  readonly #source: AsyncIterator<Item>;
  readonly #rules: GatheringRules<Item, Batch>;
  readonly #leave: () => void;
  /** What was asked of the source, and is not part of a batch yet. */
  #asked: Promise<IteratorResult<Item>> | undefined;
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

  async next(): Promise<IteratorResult<Batch, undefined>> {
    if (this.#over) return { done: true, value: undefined };
    try {
      const first = await this.#ask();
      if (this.#over || first.done === true) return this.#end();
      this.#asked = undefined;
      return { done: false, value: this.#rules.join(await this.#withFollowers(first.value)) };
    } catch (error) {
      if (this.#over) return { done: true, value: undefined };
      this.#over = true;
      throw error;
    }
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

  #ask(): Promise<IteratorResult<Item>> {
    this.#asked ??= this.#source.next();
    return this.#asked;
  }

  #end(): IteratorResult<Batch, undefined> {
    this.#over = true;
    return { done: true, value: undefined };
  }

  async #withFollowers(first: Item): Promise<[Item, ...Item[]]> {
    const { itemsMax, weightMax } = this.#rules;
    const items: [Item, ...Item[]] = [first];
    let weight = this.#rules.weigh(first);
    if (this.#rules.isAlone(first)) return items;
    const turnOver = endOfTurn();
    while (items.length < itemsMax && weight < weightMax) {
      // Whatever it comes to, a failure too, stays in `#asked` until the next batch, unless it is taken here.
      const ready = await Promise.race([this.#ask().catch(() => undefined), turnOver]);
      if (ready === undefined || ready.done === true || this.#rules.isAlone(ready.value)) break;
      this.#asked = undefined;
      items.push(ready.value);
      weight += this.#rules.weigh(ready.value);
    }
    return items;
  }
}

/** Resolves when all that was ready has had its say. In browsers, which lack the exact means, a timer comes close. */
function endOfTurn(): Promise<undefined> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(() => resolve(undefined));
    else setTimeout(() => resolve(undefined), 0);
  });
}
