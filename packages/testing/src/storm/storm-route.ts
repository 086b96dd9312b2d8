import type { EventStore } from "@leftfold/core";
import type { SeededRandom } from "../builders/seeded-random.ts";

const aloneMax = 250;
const togetherMax = 50;

/**
 * Which store writers go to: for a while all of them to one, for a while to all. A store that had a log for itself relies on what it
 * knows of it, and has batches in flight that rest on each other: that is when another one's append hurts. Spread evenly, stores
 * would be on their guard all the time.
 */
export class StormRoute {
  readonly #stores: readonly EventStore[];
  readonly #random: SeededRandom;
  #favourite: EventStore | undefined;
  #left = 0;

  constructor(stores: readonly EventStore[], random: SeededRandom) {
    this.#stores = stores;
    this.#random = random;
  }

  /** Where the next append goes. */
  next(): EventStore {
    if (this.#left-- <= 0) this.#turn();
    return this.#favourite ?? this.#random.pick(this.#stores);
  }

  #turn(): void {
    const alone = this.#favourite === undefined;
    this.#favourite = alone ? this.#random.pick(this.#stores) : undefined;
    this.#left = this.#random.below(alone ? aloneMax : togetherMax);
  }
}
