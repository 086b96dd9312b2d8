import type { DocumentWrite, JsonObject, ReadModelStore } from "@leftfold/core";
import { backOff } from "../retry.ts";
import type { BatchWorker, WorkedBatch } from "./batch-worker.ts";
import { DocumentCache } from "./document-cache.ts";
import type { ErrorPolicy } from "./error-policy.ts";
import type { Batch } from "./event-intake.ts";
import { orphanedKeys, ParkedKeys } from "./parked-events.ts";
import { partitionOf } from "./partition-of.ts";
import type { DecodingEvent } from "./projected-event.ts";
import type { DocumentFold, Projection } from "./projection.ts";
import { EventProcessingError } from "./projection-errors.ts";
import { WorkingDocuments } from "./working-documents.ts";

/** One of how many parts of the keys. */
export interface Partition {
  readonly index: number;
  readonly count: number;
}

export interface DocumentWorkerSetting {
  readonly readModels: ReadModelStore;
  readonly projection: Pick<Projection, "name" | "version" | "sources">;
  readonly fold: DocumentFold;
  readonly partition: Partition | undefined;
  readonly policy: ErrorPolicy;
  readonly cachedDocumentsMax: number;
  readonly reactions?: Reactions | undefined;
  /** Lets what is parked of a key take effect. */
  readonly replay: (key: string, signal: AbortSignal) => Promise<unknown>;
}

/** What a process does beyond its documents, between folding a batch and committing it. */
export interface Reactions {
  /** Does what the events ask for; returns the first that failed. May be called again for the same events, without it. */
  perform(
    applied: readonly DecodingEvent[],
    settled: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<{ readonly event: DecodingEvent; readonly error: unknown } | undefined>;
}

/** An event, and the documents that it may change. */
export interface Planned {
  readonly event: DecodingEvent;
  readonly keys: readonly string[];
  /** Its keys could not be told. */
  readonly error?: unknown;
}

/** What folding a batch has come to so far. */
interface Folding {
  readonly documents: WorkingDocuments;
  readonly applied: DecodingEvent[];
  readonly parked: DocumentWrite[];
  hasFollowers: boolean;
  to: bigint;
  failure: Error | undefined;
}

/** What is known of a batch's events from folding it before. */
interface Known {
  /** Events whose reactions failed. */
  readonly failed: Map<DecodingEvent, unknown>;
  readonly parked: Map<DecodingEvent, DocumentWrite>;
}

/**
 * Folds batches into documents: the documents of a batch are loaded by one request, folded in memory, and handed on to be committed.
 * The next batch goes on from them while that commit is on its way.
 */
export class DocumentWorker implements BatchWorker {
  readonly #setting: DocumentWorkerSetting;
  readonly #parked: ParkedKeys;
  #cache: DocumentCache;
  /** What the last batch changed: its commit may not have arrived, so that the store must not be asked for it. */
  #changing: ReadonlyMap<string, JsonObject | null> = new Map();

  constructor(setting: DocumentWorkerSetting) {
    this.#setting = setting;
    const { readModels, projection, policy } = setting;
    this.#parked = new ParkedKeys(readModels, {
      id: projection,
      consumer: this.consumer,
      parkedMax: policy.parkedMax,
    });
    this.#cache = new DocumentCache(setting.cachedDocumentsMax, false);
  }

  get consumer(): string {
    const { name, version } = this.#setting.projection;
    return `${name} version ${version}`;
  }

  get parkedCount(): number {
    return this.#parked.count;
  }

  async reset(checkpoint: bigint, signal: AbortSignal): Promise<void> {
    this.#cache = new DocumentCache(this.#setting.cachedDocumentsMax, checkpoint === 0n);
    this.#changing = new Map();
    await this.#parked.reload(signal);
    if (this.#parked.count > 0) await this.replayOrphans(signal);
  }

  /** A key that is replayed counts as parked here until its next event, as if somebody else had done it. */
  async replayOrphans(signal: AbortSignal): Promise<void> {
    const { readModels, projection, replay } = this.#setting;
    for (const key of await orphanedKeys(readModels, projection, signal)) await replay(key, signal);
  }

  async work(batch: Batch, settled: () => Promise<void>, signal: AbortSignal): Promise<WorkedBatch> {
    const planned = this.#plan(batch);
    if (planned.some(({ keys }) => this.#parked.hasAny(keys))) {
      // What the last batch parked must have arrived before the store is asked what is parked.
      await settled();
      this.#changing = new Map();
      for (const key of await this.#parked.reload(signal)) this.#cache.forget(key);
    }
    const before = await this.#load(planned, signal);
    const known: Known = { failed: new Map(), parked: new Map() };
    for (;;) {
      const documents = new WorkingDocuments(before);
      const folding: Folding = {
        documents,
        applied: [],
        parked: [],
        hasFollowers: false,
        to: batch.to,
        failure: undefined,
      };
      for (const each of planned) {
        if (folding.failure !== undefined) break;
        await this.#foldOne(each, folding, known, signal);
      }
      const failed = await this.#setting.reactions?.perform(folding.applied, settled, signal);
      if (failed === undefined) return this.#finish(folding);
      // The event counts as one that could not be folded; those behind it are folded again, without its effect.
      known.failed.set(failed.event, failed.error);
    }
  }

  #finish({ documents, applied, parked, hasFollowers, to, failure }: Folding): WorkedBatch {
    const writes: DocumentWrite[] = [];
    for (const [key, document] of documents.changed) {
      this.#cache.set(key, document);
      writes.push(document === null ? { kind: "remove", key } : { kind: "put", key, document });
    }
    this.#changing = documents.changed;
    for (const write of parked) writes.push(write);
    return { writes, to, processed: applied.length + parked.length, hasFollowers, failure };
  }

  #plan(batch: Batch): Planned[] {
    const { projection, fold, partition } = this.#setting;
    const planned: Planned[] = [];
    for (const recorded of batch.events) {
      const event = projection.sources.event(recorded);
      if (event === undefined) continue;
      try {
        const keys = fold.keysOf(event);
        if (keys.length > 0 && isIn(partition, event, keys, fold)) planned.push({ event, keys });
      } catch (error) {
        planned.push({ event, keys: [], error });
      }
    }
    return planned;
  }

  /** Whatever the batch may read: from the last batch, from the cache, and the rest from the store at once. */
  async #load(planned: readonly Planned[], signal: AbortSignal): Promise<Map<string, JsonObject | null>> {
    const before = new Map<string, JsonObject | null>();
    const missing: string[] = [];
    for (const { keys } of planned) {
      for (const key of keys) {
        if (before.has(key)) continue;
        let known = this.#changing.get(key);
        if (known === undefined) known = this.#cache.get(key);
        if (known === undefined) missing.push(key);
        before.set(key, known ?? null);
      }
    }
    if (missing.length === 0) return before;
    const { readModels, projection } = this.#setting;
    const { name, version } = projection;
    const found = await readModels.getMany({ name, version }, missing, { signal });
    for (const key of missing) {
      const document = found.get(key) ?? null;
      before.set(key, document);
      this.#cache.set(key, document);
    }
    return before;
  }

  async #foldOne(planned: Planned, folding: Folding, known: Known, signal: AbortSignal): Promise<void> {
    const { event, keys } = planned;
    if (this.#parked.hasAny(keys)) return this.#park(event, keys, folding, known, undefined);
    let failed = planned.error ?? known.failed.get(event);
    if (failed === undefined) {
      failed = this.#apply(event, keys, folding);
      if (failed !== undefined) failed = await this.#applyAgain(event, keys, folding, failed, signal);
      if (failed === undefined) return;
    }
    if (this.#setting.policy.park && keys.length > 0) return this.#park(event, keys, folding, known, failed);
    const { aggregateType, aggregateId, type, globalNonce } = event;
    const place = `${type} of ${aggregateType} "${aggregateId}"`;
    folding.failure = new EventProcessingError(this.consumer, globalNonce, place, failed);
    folding.to = globalNonce - 1n;
  }

  /** What it failed with; undefined when it did not. */
  #apply(event: DecodingEvent, keys: readonly string[], folding: Folding): unknown {
    try {
      this.#setting.fold.apply(event, keys, folding.documents);
      folding.applied.push(event);
      return undefined;
    } catch (error) {
      return error ?? new Error(`A handler of ${event.type} threw ${error}.`);
    }
  }

  /** Nothing else is processed in between: the order of events holds through retries. */
  async #applyAgain(
    event: DecodingEvent,
    keys: readonly string[],
    folding: Folding,
    first: unknown,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { retry } = this.#setting.policy;
    let failed = first;
    for (let attempt = 2; attempt <= retry.attemptsMax && failed !== undefined; attempt++) {
      await backOff(retry, attempt - 1, failed, signal);
      failed = this.#apply(event, keys, folding);
    }
    return failed;
  }

  #park(event: DecodingEvent, keys: readonly string[], folding: Folding, known: Known, error: unknown): void {
    try {
      const write = known.parked.get(event) ?? this.#parked.park(event, keys, error);
      known.parked.set(event, write);
      folding.parked.push(write);
      if (error === undefined) folding.hasFollowers = true;
    } catch (tooMany) {
      folding.failure = tooMany as Error;
      folding.to = event.globalNonce - 1n;
    }
  }
}

/** Whether an event belongs to a partition. */
export function isIn(
  partition: Partition | undefined,
  event: DecodingEvent,
  keys: readonly string[],
  { partitionKeyOf }: Pick<DocumentFold, "partitionKeyOf">,
): boolean {
  if (partition === undefined) return true;
  return partitionOf(partitionKeyOf!(event, keys), partition.count) === partition.index;
}
