import type { JsonObject } from "@leftfold/core";

/** The documents of one batch while its events are folded: what was there, and what has changed. */
export class WorkingDocuments {
  readonly #before: ReadonlyMap<string, JsonObject | null>;
  readonly changed: Map<string, JsonObject | null> = new Map<string, JsonObject | null>();

  /** @param before every document that the batch may read; null where there is none. */
  constructor(before: ReadonlyMap<string, JsonObject | null>) {
    this.#before = before;
  }

  /** Null when there is no document. */
  read(key: string): JsonObject | null {
    const changed = this.changed.get(key);
    return changed !== undefined ? changed : (this.#before.get(key) ?? null);
  }

  write(key: string, document: JsonObject | null): void {
    this.changed.set(key, document);
  }
}
