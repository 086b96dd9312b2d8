/**
 * A map that keeps what was set last: at least half of `max` entries, and at most all of them. Entries are let go of half by half,
 * which costs nothing for each, where taking out the oldest one by one would cost as much as setting them.
 *
 * A key may be within a group. Two strings made one would be copied with each look, and live as long as the entry.
 */
export class RecentMap<Value> {
  readonly #halfMax: number;
  #newer = new Map<string, Map<string, Value>>();
  #newerSize = 0;
  #older = new Map<string, Map<string, Value>>();

  constructor(max: number) {
    this.#halfMax = Math.ceil(max / 2);
  }

  get(key: string, group = ""): Value | undefined {
    return this.#newer.get(group)?.get(key) ?? this.#older.get(group)?.get(key);
  }

  has(key: string, group = ""): boolean {
    return this.#newer.get(group)?.has(key) || this.#older.get(group)?.has(key) || false;
  }

  set(key: string, value: Value, group = ""): void {
    let entries = this.#newer.get(group);
    if (entries === undefined) {
      entries = new Map();
      this.#newer.set(group, entries);
    }
    const size = entries.size;
    entries.set(key, value);
    this.#newerSize += entries.size - size;
  }

  /** Lets go of the older half once the newer one is full. Never called, it lets go of nothing. */
  trim(): void {
    if (this.#newerSize < this.#halfMax) return;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#newerSize = 0;
  }

  clear(): void {
    this.#newer.clear();
    this.#newerSize = 0;
    this.#older.clear();
  }
}
