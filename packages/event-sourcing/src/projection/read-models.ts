import {
  type CallOptions,
  DeadlineExceededError,
  InvalidArgumentError,
  type JsonObject,
  type ReadModelStore,
} from "@leftfold/core";
import { Progress } from "./progress.ts";
import type { DocumentsOf } from "./stored-document.ts";
import { committedUpTo } from "./wait-for-position.ts";
import { filterOf, type OrderBy, orderOf, type Where } from "./where.ts";

/** Which documents, in which order, and which part of them. */
export interface DocumentQuery<Document> {
  /** All documents when absent. */
  readonly where?: Where<Document> | undefined;
  /** What is named first counts most; documents that are equal in all of it are ordered by key. */
  readonly orderBy?: OrderBy<Document> | undefined;
  /** Documents on the page at most; 1 to 1,000, and 100 when absent. */
  readonly limit?: number | undefined;
  /** The `next` of an earlier page: what comes behind it. Not together with `before`. */
  readonly after?: string | undefined;
  /** The `previous` of an earlier page: the page that ends in front of it. */
  readonly before?: string | undefined;
}

export interface DocumentPage<Document> {
  readonly documents: readonly { readonly key: string; readonly document: Document }[];
  /** For `after`; undefined when nothing follows. */
  readonly next: string | undefined;
  /** For `before`; undefined when nothing is in front. */
  readonly previous: string | undefined;
}

/** Which version to read. */
export interface VersionChoice {
  /** `active` (when absent): the one in use, whichever the program knows. A number: that one. */
  readonly version?: "active" | number;
}

/** One projection's documents, to be read. */
export interface Documents<Document> {
  /** Undefined when there is none of this key. */
  get(key: string, options?: CallOptions): Promise<Document | undefined>;
  /** Those that there are. */
  getMany(keys: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, Document>>;
  find(query?: DocumentQuery<Document>, options?: CallOptions): Promise<DocumentPage<Document>>;
  /** How many documents a condition selects; all of them when it is absent. */
  count(where?: Where<Document>, options?: CallOptions): Promise<number>;
  /**
   * Waits until everything up to a position is processed: what a command has written is then there to be read.
   *
   * @param position such as the `lastGlobalNonce` of an append.
   * @throws `deadline-exceeded`, the signal's reason.
   */
  waitFor(position: bigint, options?: CallOptions): Promise<void>;
}

/** Read models by their definitions. */
export interface ReadModels {
  of<Document>(projection: DocumentsOf<Document>, choice?: VersionChoice): Documents<Document>;
  /** Waits until every one of these projections has processed everything up to a position. */
  waitFor(
    position: bigint,
    projections: readonly DocumentsOf<unknown>[],
    options?: CallOptions,
  ): Promise<void>;
}

/** Reads what projections have written. */
export function readModels(store: ReadModelStore): ReadModels {
  return {
    of: (projection, choice) => new StoredDocuments(store, projection, choice),
    async waitFor(position, projections, options) {
      const waiting = projections.map((each) => new StoredDocuments(store, each).waitFor(position, options));
      await Promise.all(waiting);
    },
  };
}

/** How often to ask how far a projection is. */
const pollMs = 20;

class StoredDocuments<Document> implements Documents<Document> {
  readonly #store: ReadModelStore;
  readonly #name: string;
  readonly #ownVersion: number;
  readonly #fixed: boolean;
  /** The version that was in use last. */
  #version: number;

  constructor(
    store: ReadModelStore,
    { name, version }: DocumentsOf<Document>,
    { version: chosen = "active" }: VersionChoice = {},
  ) {
    this.#store = store;
    this.#name = name;
    this.#ownVersion = version;
    this.#fixed = chosen !== "active";
    this.#version = chosen === "active" ? version : chosen;
  }

  async get(key: string, options?: CallOptions): Promise<Document | undefined> {
    return (await this.getMany([key], options)).get(key);
  }

  async getMany(keys: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, Document>> {
    const found = await this.#read((id) => this.#store.getMany(id, keys, options), options);
    return found as ReadonlyMap<string, JsonObject & Document>;
  }

  async find(query: DocumentQuery<Document> = {}, options?: CallOptions): Promise<DocumentPage<Document>> {
    const where = filterOf(query.where);
    const orderBy = orderOf(query.orderBy);
    const { limit, after, before } = query;
    if (after !== undefined && before !== undefined)
      throw new InvalidArgumentError([{ field: "before", value: before, limit: "absent beside after" }]);
    const asked = {
      orderBy,
      ...(where !== undefined && { where }),
      ...(limit !== undefined && { limit }),
      ...(after !== undefined && { after }),
      ...(before !== undefined && { before }),
    };
    const page = await this.#read((id) => this.#store.find(id, asked, options), options);
    return page as DocumentPage<JsonObject & Document>;
  }

  count(where?: Where<Document>, options?: CallOptions): Promise<number> {
    return this.#read((id) => this.#store.count(id, filterOf(where), options), options);
  }

  async waitFor(position: bigint, options?: CallOptions): Promise<void> {
    let at = 0n;
    const isThere = async (): Promise<boolean> => {
      at = await this.#read((id) => committedUpTo(this.#store, id, options), options);
      return at >= position;
    };
    try {
      await new Progress().until(isThere, pollMs, options);
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
      throw new DeadlineExceededError(
        `${this.#name} is at ${at} of the log, and not at ${position} yet. Wait longer, or see how its runner is.`,
        { cause: error },
      );
    }
  }

  /**
   * Reads the version in use. It is asked for together with the reading itself, of the version that it was last: only when it has
   * changed meanwhile the reading is repeated. Before any is in use, it is the projection's own.
   */
  async #read<T>(
    read: (id: { name: string; version: number }) => Promise<T>,
    options: CallOptions | undefined,
  ): Promise<T> {
    const name = this.#name;
    if (this.#fixed) return read({ name, version: this.#version });
    for (;;) {
      const version = this.#version;
      const [active = this.#ownVersion, found] = await Promise.all([
        this.#store.activeVersion(name, options),
        read({ name, version }),
      ]);
      if (active === version) return found;
      this.#version = active;
    }
  }
}
