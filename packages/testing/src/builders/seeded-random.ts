/** Random numbers that a seed determines, so that a failing run can be had again. */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number = freshSeed()) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, and without, `bound`. */
  below(bound: number): number {
    return Math.floor(this.#next() * bound);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** One of the elements of a list that is not empty. */
  pick<T>(elements: readonly T[]): T {
    return elements[this.below(elements.length)]!;
  }

  /** A generator of its own that this one determines: draws from one leave the other's alone. */
  fork(): SeededRandom {
    return new SeededRandom(this.below(2 ** 32));
  }

  /** A counter stepped by the golden ratio and mixed by two multiplications: good enough to vary a test. */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  }
}

/** A seed that no run has had yet, in all likelihood. */
export function freshSeed(): number {
  return globalThis.crypto.getRandomValues(new Uint32Array(1))[0]!;
}
