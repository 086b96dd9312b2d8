import type { DocumentWrite, JsonObject, ReadModelStore } from "@leftfold/core";
import { backOff } from "../retry.ts";
import type { BatchWorker, WorkedBatch } from "./batch-worker.ts";
import { isIn, type Partition } from "./document-worker.ts";
import type { ErrorPolicy } from "./error-policy.ts";
import type { Batch } from "./event-intake.ts";
import type { DecodingEvent } from "./projected-event.ts";
import type { BatchDocuments, BatchFold, Projection } from "./projection.ts";
import { describe, EventProcessingError } from "./projection-errors.ts";

export interface WholeBatchWorkerSetting<Transaction> {
  readonly readModels: ReadModelStore<Transaction>;
  readonly projection: Pick<Projection, "name" | "version" | "sources">;
  readonly fold: BatchFold<Transaction>;
  readonly partition: Partition | undefined;
  readonly policy: ErrorPolicy;
}

/** Hands whole batches to the handlers of a free-form projection. */
export class WholeBatchWorker<Transaction> implements BatchWorker<Transaction> {
  readonly #setting: WholeBatchWorkerSetting<Transaction>;
  readonly parkedCount = 0;
  #withinFailures = 0;

  constructor(setting: WholeBatchWorkerSetting<Transaction>) {
    this.#setting = setting;
  }

  async reset(): Promise<void> {}

  async work(
    batch: Batch,
    settled: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<WorkedBatch<Transaction>> {
    const { projection, fold, partition, policy } = this.#setting;
    const events: DecodingEvent[] = [];
    for (const recorded of batch.events) {
      const event = projection.sources.event(recorded);
      if (event !== undefined && isIn(partition, event, [], fold)) events.push(event);
    }
    if (events.length === 0) return { writes: [], to: batch.to, processed: 0 };
    // The handler may read what the last batch wrote.
    await settled();
    for (let attempt = 1; ; attempt++) {
      const documents = new CollectedDocuments(this.#setting.readModels, projection, signal);
      try {
        const known = events.filter((event) => !event.isSkipped);
        await fold.handle?.(known, documents);
        const within = fold.within && this.#watched(known, fold.within);
        return { writes: documents.writes, within, to: batch.to, processed: known.length };
      } catch (error) {
        if (attempt >= policy.retry.attemptsMax) return this.#stop(events, error);
        await backOff(policy.retry, attempt, error, signal);
      }
    }
  }

  #stop(events: readonly DecodingEvent[], error: unknown): WorkedBatch<Transaction> {
    const first = events[0]!.globalNonce;
    return { writes: [], to: first - 1n, processed: 0, failure: this.#failure(first, events.length, error) };
  }

  #failure(first: bigint, count: number, error: unknown): EventProcessingError {
    const { name, version } = this.#setting.projection;
    return new EventProcessingError(`${name} version ${version}`, first, `a batch of ${count}`, error);
  }

  /** Stores may wrap what was thrown inside their transaction; the handler's own failure is told as what it is. */
  #watched(
    events: readonly DecodingEvent[],
    within: NonNullable<BatchFold<Transaction>["within"]>,
  ): (transaction: Transaction) => Promise<void> {
    return async (transaction) => {
      try {
        await within(events, transaction);
        this.#withinFailures = 0;
      } catch (error) {
        const { attemptsMax } = this.#setting.policy.retry;
        if (++this.#withinFailures >= attemptsMax) {
          this.#withinFailures = 0;
          throw this.#failure(events[0]!.globalNonce, events.length, error);
        }
        throw new WithinFailedError(error);
      }
    };
  }
}

/** A handler failed inside the store's transaction, and may be tried again. */
class WithinFailedError extends Error {
  readonly retryable = true;

  constructor(cause: unknown) {
    super(`A handler failed within the commit: ${describe(cause)}. The batch is processed again.`, { cause });
    this.name = "WithinFailedError";
  }
}

class CollectedDocuments implements BatchDocuments<JsonObject> {
  readonly #readModels: Pick<ReadModelStore, "getMany">;
  readonly #id: { readonly name: string; readonly version: number };
  readonly #signal: AbortSignal;
  readonly #written = new Map<string, JsonObject | null>();

  constructor(
    readModels: Pick<ReadModelStore, "getMany">,
    { name, version }: { readonly name: string; readonly version: number },
    signal: AbortSignal,
  ) {
    this.#readModels = readModels;
    this.#id = { name, version };
    this.#signal = signal;
  }

  get writes(): readonly DocumentWrite[] {
    return Array.from(this.#written, ([key, document]) =>
      document === null ? { kind: "remove", key } : { kind: "put", key, document },
    );
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
    const missing = keys.filter((key) => !this.#written.has(key));
    const options = { signal: this.#signal };
    const stored = missing.length === 0 ? [] : await this.#readModels.getMany(this.#id, missing, options);
    const found = new Map<string, JsonObject>(stored);
    for (const key of keys) {
      const written = this.#written.get(key);
      if (written) found.set(key, written);
    }
    return found;
  }

  put(key: string, document: JsonObject): void {
    this.#written.set(key, document);
  }

  remove(key: string): void {
    this.#written.set(key, null);
  }
}
