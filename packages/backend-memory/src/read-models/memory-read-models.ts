import {
  beginCall,
  type CallOptions,
  CheckpointConflictError,
  type CheckpointId,
  InvalidArgumentError,
  type JsonObject,
  Lifetime,
  matchesFilter,
  type ReadModel,
  type ReadModelCommit,
  type ReadModelFilter,
  type ReadModelId,
  type ReadModelPage,
  type ReadModelQuery,
  type ReadModelStore,
  validateCheckpointId,
  validateDocumentKeys,
  validateReadModel,
  validateReadModelCommit,
  validateReadModelCount,
  validateReadModelId,
  validateReadModelName,
  validateReadModelQuery,
} from "@leftfold/core";
import { MemoryDocuments } from "./memory-documents.ts";

/**
 * One tenant's read models in this process's memory: they behave as the durable ones do, order and errors included, and are gone
 * with the store. Indexes change nothing: a query looks at every document, in a fraction of a microsecond each. Its bound is the
 * memory that there is. There is no transaction to share: a commit with `within` is refused.
 */
export function memoryReadModels(): ReadModelStore {
  return new MemoryReadModels();
}

class MemoryReadModels implements ReadModelStore {
  readonly #lifetime = new Lifetime();
  readonly #models = new Map<string, MemoryDocuments>();
  readonly #checkpoints = new Map<string, Map<number, bigint>>();
  readonly #active = new Map<string, number>();

  async define(model: ReadModel, options?: CallOptions): Promise<void> {
    this.#admit(options);
    validateReadModel(model);
  }

  async checkpoint(id: CheckpointId, options?: CallOptions): Promise<bigint> {
    this.#admit(options);
    validateCheckpointId(id);
    return this.#checkpoint(id);
  }

  // Nothing is awaited: a commit is whole before anybody else has a turn.
  async commit(commit: ReadModelCommit, options?: CallOptions): Promise<void> {
    this.#admit(options);
    const { writes } = validateReadModelCommit(commit);
    const { checkpoint, from, to } = commit;
    if (commit.within !== undefined) refuseWithin();
    const actual = this.#checkpoint(checkpoint);
    if (actual !== from) throw new CheckpointConflictError(wordsFor(checkpoint), from, actual);
    for (const { model, puts, removals } of writes) this.#documents(model).write(puts, removals);
    const partitions = this.#checkpoints.get(keyOf(checkpoint)) ?? new Map<number, bigint>();
    this.#checkpoints.set(keyOf(checkpoint), partitions.set(checkpoint.partition ?? 0, to));
  }

  async getMany(
    model: ReadModelId,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, JsonObject>> {
    this.#admit(options);
    validateDocumentKeys(model, keys);
    const found = new Map<string, JsonObject>();
    const documents = this.#models.get(keyOf(model));
    for (const key of keys) {
      const document = documents?.get(key);
      if (document !== undefined) found.set(key, document);
    }
    return found;
  }

  async find(model: ReadModelId, query: ReadModelQuery, options?: CallOptions): Promise<ReadModelPage> {
    this.#admit(options);
    const valid = validateReadModelQuery(model, query);
    return (this.#models.get(keyOf(model)) ?? noDocuments).find(valid);
  }

  async count(model: ReadModelId, where?: ReadModelFilter, options?: CallOptions): Promise<number> {
    this.#admit(options);
    validateReadModelCount(model, where);
    const documents = this.#models.get(keyOf(model)) ?? noDocuments;
    if (where === undefined) return documents.size;
    let count = 0;
    for (const document of documents.values()) if (matchesFilter(where, document)) count++;
    return count;
  }

  async activeVersion(name: string, options?: CallOptions): Promise<number | undefined> {
    this.#admit(options);
    validateReadModelName(name);
    return this.#active.get(name);
  }

  async activate(id: ReadModelId, options?: CallOptions): Promise<number> {
    this.#admit(options);
    validateReadModelId(id);
    const version = Math.max(id.version, this.#active.get(id.name) ?? 0);
    this.#active.set(id.name, version);
    return version;
  }

  async drop(id: ReadModelId, options?: CallOptions): Promise<void> {
    this.#admit(options);
    validateReadModelId(id);
    this.#models.delete(keyOf(id));
    this.#checkpoints.delete(keyOf(id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
    this.#models.clear();
    this.#checkpoints.clear();
    this.#active.clear();
  }

  /** For a call that is over before anything could end it. */
  #admit(options: CallOptions | undefined): void {
    this.#lifetime.throwIfClosed();
    beginCall(options).end();
  }

  #checkpoint(id: CheckpointId): bigint {
    return this.#checkpoints.get(keyOf(id))?.get(id.partition ?? 0) ?? 0n;
  }

  #documents(model: ReadModelId): MemoryDocuments {
    let documents = this.#models.get(keyOf(model));
    if (documents === undefined) {
      documents = new MemoryDocuments();
      this.#models.set(keyOf(model), documents);
    }
    return documents;
  }
}

const noDocuments = new MemoryDocuments();

/** Versions hold no letters, so no two read models have the same key. */
function keyOf({ name, version }: ReadModelId): string {
  return `${version} ${name}`;
}

function wordsFor({ name, version, partition = 0 }: CheckpointId): string {
  return `"${name}" version ${version}, partition ${partition}`;
}

function refuseWithin(): never {
  const limit = "absent: a store in memory has no transaction to share";
  throw new InvalidArgumentError([{ field: "within", value: "a function", limit }]);
}
