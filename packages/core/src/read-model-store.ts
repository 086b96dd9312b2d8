import type { CallOptions } from "./event-store.ts";

/** A value as JSON has it: what documents are made of. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/**
 * A document: a JSON object of at most 1,048,576 characters and 64 levels. Its texts are well-formed Unicode
 * without U+0000. A field that is undefined is not kept.
 */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/** Names one version of a read model. Versions of one name stand side by side, and share nothing. */
export interface ReadModelId {
  /** 1 to 255 characters without control characters. */
  readonly name: string;
  /** A whole number, from 1. */
  readonly version: number;
}

/** A read model, as a store has to know it. */
export interface ReadModel extends ReadModelId {
  /**
   * Paths that queries filter or sort by, such as `owner.city`; at most 16. Only speed depends on them. A
   * step of a path is the name of a field, never a place in a list.
   */
  readonly indexes?: readonly string[];
}

/** Which of a projection's consumers a checkpoint belongs to: one part of the keys' hashes, of so many. */
export interface CheckpointId extends ReadModelId {
  /** Zero-based; 0 when absent. */
  readonly partition?: number;
}

/**
 * What is written to one document: of the read model whose checkpoint is committed, or of another one, so
 * that what a projection puts aside is kept in the same commit.
 */
export type DocumentWrite =
  | {
      readonly kind: "put";
      readonly key: string;
      readonly document: JsonObject;
      readonly model?: ReadModelId | undefined;
    }
  | { readonly kind: "remove"; readonly key: string; readonly model?: ReadModelId | undefined };

/**
 * Documents and a checkpoint, written together or not at all.
 */
export interface ReadModelCommit<Transaction = unknown> {
  readonly checkpoint: CheckpointId;
  /** The checkpoint that the caller started from; 0n before the first commit. */
  readonly from: bigint;
  /** The checkpoint from now on; not below `from`. */
  readonly to: bigint;
  /**
   * Applied in order; the last write to a key wins. At most 100,000, to at most 16 read models, of 67,108,864
   * characters of JSON together. A key has 1 to 255 characters without control characters.
   */
  readonly writes: readonly DocumentWrite[];
  /**
   * Writes to tables of the user's own in the same transaction, once the checkpoint is moved and the
   * documents are written. When it fails, nothing is written. Only stores that have a transaction to share
   * can do this; the others refuse the commit.
   */
  readonly within?: ((transaction: Transaction) => Promise<void>) | undefined;
}

/**
 * One tenant's read models: documents under keys, and how far they are.
 *
 * Whoever commits proposes the checkpoint that it started from; a commit whose proposal is not what is stored
 * writes nothing. So two runners of one projection can never both apply an event.
 */
export interface ReadModelStore<Transaction = unknown> extends AsyncDisposable {
  /** Makes a read model known, and what it needs to be there. Safe to repeat; adds indexes that are missing. */
  define(model: ReadModel, options?: CallOptions): Promise<void>;
  /** The last checkpoint that was committed; 0n when there is none. */
  checkpoint(id: CheckpointId, options?: CallOptions): Promise<bigint>;
  /**
   * Writes documents and moves a checkpoint, at once for every reader. A read model that was not defined is
   * written to all the same.
   *
   * @throws `checkpoint-conflict` when the stored checkpoint is not `from`. Then nothing was written. After
   * `unavailable` and `deadline-exceeded` it may have been: the stored checkpoint tells.
   */
  commit(commit: ReadModelCommit<Transaction>, options?: CallOptions): Promise<void>;
  /** The documents that there are of these keys, at most 100,000, in any order. */
  getMany(
    model: ReadModelId,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, JsonObject>>;
  /** One page of the documents that a query selects. */
  find(model: ReadModelId, query: ReadModelQuery, options?: CallOptions): Promise<ReadModelPage>;
  /** How many documents a filter selects; all of them when it is absent. */
  count(model: ReadModelId, where?: ReadModelFilter, options?: CallOptions): Promise<number>;
  /** The version of a name that readers are to use; undefined before the first {@link activate}. */
  activeVersion(name: string, options?: CallOptions): Promise<number | undefined>;
  /** Lets readers use a version, at once and for all. Never goes back to a lower one; returns what is active then. */
  activate(id: ReadModelId, options?: CallOptions): Promise<number>;
  /** Removes a version: its documents, checkpoints and indexes. What is active stays so. Safe to repeat. */
  drop(id: ReadModelId, options?: CallOptions): Promise<void>;
}

/** Which documents, in which order, and which part of them. */
export interface ReadModelQuery {
  /** All documents when absent. */
  readonly where?: ReadModelFilter;
  /** What comes first counts most; at most 8. Documents that are equal in all of it are ordered by key, ascending. */
  readonly orderBy?: readonly ReadModelOrder[];
  /** Documents on the page at most; 1 to 1,000, and 100 when absent. */
  readonly limit?: number;
  /**
   * A cursor of an earlier page of the same order: what comes behind it. Not together with `before`. It
   * stands for a place between documents, and stays of use when those around it have changed or gone.
   */
  readonly after?: string;
  /** A cursor of an earlier page of the same order: the page that ends in front of it. */
  readonly before?: string;
}

/**
 * A path to order by. Values of several kinds come as false and true, numbers by size, texts by Unicode code
 * points, then lists and objects, which rank alike. Of a text the first 200 characters count.
 */
export interface ReadModelOrder {
  /** A path such as `owner.city`. */
  readonly path: string;
  /** `asc` when absent. */
  readonly direction?: "asc" | "desc";
  /** Where documents without a value, or with null, go; `last` when absent, whatever the direction. */
  readonly nulls?: "first" | "last";
}

/**
 * Selects documents. Values compare within their kind: numbers by size, text by Unicode code points, false
 * before true; a value of another kind is never equal, less or greater. A path that leads nowhere has no
 * value, which is the same as null. `ne` selects what `eq` does not, also where there is no value. `and` of
 * nothing selects all, `or` of nothing none. At most 500 filters, 16 deep, with 10,000 values of `in`, and
 * texts of 65,536 characters.
 */
export type ReadModelFilter =
  | { readonly op: "eq" | "ne"; readonly path: string; readonly value: string | number | boolean | null }
  | {
      readonly op: "lt" | "lte" | "gt" | "gte";
      readonly path: string;
      readonly value: string | number | boolean;
    }
  | {
      readonly op: "in";
      readonly path: string;
      readonly values: readonly (string | number | boolean | null)[];
    }
  /** The array at the path has the value as an element, or the text there has it as a part. */
  | { readonly op: "contains"; readonly path: string; readonly value: string | number | boolean }
  | { readonly op: "prefix"; readonly path: string; readonly value: string }
  | { readonly op: "and" | "or"; readonly filters: readonly ReadModelFilter[] }
  | { readonly op: "not"; readonly filter: ReadModelFilter };

export interface ReadModelPage {
  readonly documents: readonly KeyedDocument[];
  /** For `after`; undefined when nothing follows the page. A page without documents has cursors, too. */
  readonly next: string | undefined;
  /** For `before`; undefined when nothing is in front of the page. */
  readonly previous: string | undefined;
}

export interface KeyedDocument {
  readonly key: string;
  readonly document: JsonObject;
}
