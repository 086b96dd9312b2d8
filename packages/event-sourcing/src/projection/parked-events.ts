import type { DocumentWrite, JsonObject, ReadModel, ReadModelId, ReadModelStore } from "@leftfold/core";
import type { DecodingEvent } from "./projected-event.ts";
import { describe, TooManyParkedError } from "./projection-errors.ts";

/**
 * The events of one projection that wait for somebody to correct what made them fail, or a predecessor of theirs. They are few, and
 * no index helps to find one of a list's elements; but each index costs whoever writes documents beside it.
 */
export function parkedModel({ name, version }: ReadModelId): ReadModel {
  return { name: `${name}:parked`, version };
}

/** An event that was put aside. */
export interface ParkedEvent {
  readonly globalNonce: bigint;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly type: string;
  /** The documents that it would have changed. */
  readonly keys: readonly string[];
  /** What it failed with; undefined when it only follows one that failed. */
  readonly error: string | undefined;
}

type ParkedDocument = Omit<ParkedEvent, "globalNonce" | "error"> & {
  readonly globalNonce: string;
  readonly error: string | null;
};

const pageSize = 1_000;

/** Reads parked events in the order of the log, those of one key or all. */
export async function* readParked(
  readModels: ReadModelStore,
  id: ReadModelId,
  key?: string,
  signal?: AbortSignal,
): AsyncGenerator<ParkedEvent, void, undefined> {
  const where = key === undefined ? {} : { where: { op: "contains", path: "keys", value: key } as const };
  let after: string | undefined;
  do {
    const page = await readModels.find(
      parkedModel(id),
      { ...where, limit: pageSize, ...(after !== undefined && { after }) },
      { signal },
    );
    for (const { document } of page.documents) {
      const parked = document as ParkedDocument;
      yield { ...parked, globalNonce: BigInt(parked.globalNonce), error: parked.error ?? undefined };
    }
    after = page.next;
  } while (after !== undefined);
}

/**
 * The keys of events that wait for nothing: they were put aside behind others, while those were replayed. An event waits for those in
 * front of it that have a key in common with it, and for itself when it has failed.
 */
export async function orphanedKeys(
  readModels: ReadModelStore,
  id: ReadModelId,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const waiting = new Set<string>();
  const orphaned: string[] = [];
  for await (const { keys, error } of readParked(readModels, id, undefined, signal)) {
    if (error === undefined && !keys.some((key) => waiting.has(key))) orphaned.push(keys[0]!);
    for (const key of keys) waiting.add(key);
  }
  return orphaned;
}

/** Documents are in the order of their keys, so that these are in the order of the log. */
export function parkedKey(globalNonce: bigint): string {
  return String(globalNonce).padStart(19, "0");
}

/**
 * The keys whose events are put aside. Somebody else may replay them at any time, so that a key counts as parked only until its
 * next event: then the store is asked again.
 */
export class ParkedKeys {
  readonly #readModels: ReadModelStore;
  readonly #id: ReadModelId;
  readonly #consumer: string;
  readonly #parkedMax: number;
  #keys = new Set<string>();
  #count = 0;

  constructor(
    readModels: ReadModelStore,
    setting: { readonly id: ReadModelId; readonly consumer: string; readonly parkedMax: number },
  ) {
    this.#readModels = readModels;
    this.#id = setting.id;
    this.#consumer = setting.consumer;
    this.#parkedMax = setting.parkedMax;
  }

  /** How many events are parked, as far as it is known here. */
  get count(): number {
    return this.#count;
  }

  hasAny(keys: readonly string[]): boolean {
    if (this.#keys.size === 0) return false;
    for (const key of keys) if (this.#keys.has(key)) return true;
    return false;
  }

  /** Asks the store; returns the keys that are parked no longer. */
  async reload(signal: AbortSignal): Promise<readonly string[]> {
    const before = this.#keys;
    this.#keys = new Set();
    this.#count = 0;
    for await (const { keys } of readParked(this.#readModels, this.#id, undefined, signal)) {
      this.#count++;
      for (const key of keys) this.#keys.add(key);
    }
    return [...before].filter((key) => !this.#keys.has(key));
  }

  /**
   * Puts an event aside, and from now on those behind it.
   *
   * @throws `too-many-parked`.
   */
  park(event: DecodingEvent, keys: readonly string[], error: unknown): DocumentWrite {
    if (this.#count >= this.#parkedMax) throw new TooManyParkedError(this.#consumer, this.#parkedMax);
    this.#count++;
    for (const key of keys) this.#keys.add(key);
    const { globalNonce, aggregateType, aggregateId, type } = event;
    const parked: ParkedDocument = {
      globalNonce: String(globalNonce),
      aggregateType,
      aggregateId,
      type,
      keys,
      error: error === undefined ? null : describe(error),
    };
    const document: JsonObject = parked;
    return { kind: "put", key: parkedKey(globalNonce), document, model: parkedModel(this.#id) };
  }
}
