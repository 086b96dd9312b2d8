import type { JsonObject } from "@leftfold/core";

/**
 * The documents that were used last, in two generations: what is used moves into the younger one; when that is full, the older one
 * is let go, all at once. A lookup costs one or two map accesses, and nothing is reordered.
 *
 * A key that is known to have no document is held as null.
 */
export class DocumentCache {
  readonly #perGeneration: number;
  #young = new Map<string, JsonObject | null>();
  #old = new Map<string, JsonObject | null>();
  #complete: boolean;

  /**
   * @param documentsMax what is held at most, nulls included; 2 or more.
   * @param isComplete whether there are no documents yet: then a key that is not held has none, until something is let go.
   */
  constructor(documentsMax: number, isComplete: boolean) {
    this.#perGeneration = Math.max(1, Math.floor(documentsMax / 2));
    this.#complete = isComplete;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Undefined when it has to be loaded. */
  get(key: string): JsonObject | null | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return this.#complete ? null : undefined;
    this.#old.delete(key);
    this.set(key, old);
    return old;
  }

  set(key: string, document: JsonObject | null): void {
    if (this.#young.size >= this.#perGeneration && !this.#young.has(key)) {
      if (this.#old.size > 0) this.#complete = false;
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, document);
  }

  /** Lets go of a document that somebody else has changed. */
  forget(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
    this.#complete = false;
  }
}
