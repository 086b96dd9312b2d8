/**
 * A map that keeps what was set last: at least half of `max` entries, and at most all of them. Entries are let go of half by half,
 * which costs nothing for each, where taking out the oldest one by one would cost as much as setting them.
 */
export class RecentMap<Value> {
  readonly #halfMax: number;
  #newer = new Map<string, Value>();
  #older = new Map<string, Value>();

  constructor(max: number) {
    this.#halfMax = Math.ceil(max / 2);
  }

  get(key: string): Value | undefined {
    return this.#newer.get(key) ?? this.#older.get(key);
  }

  has(key: string): boolean {
    return this.#newer.has(key) || this.#older.has(key);
  }

  set(key: string, value: Value): void {
    this.#newer.set(key, value);
  }

  /** Lets go of the older half once the newer one is full. Never called, it lets go of nothing. */
  trim(): void {
    if (this.#newer.size < this.#halfMax) return;
    this.#older = this.#newer;
    this.#newer = new Map();
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
  }
}
