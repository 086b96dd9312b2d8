/** The bounds that read models, and what is asked of them, are held to. They are the same in every store. */
export interface ReadModelLimits {
  /** Characters (UTF-16 code units) of a name or of a document's key. */
  readonly nameCharsMax: number;
  /** Characters of a path. */
  readonly pathCharsMax: number;
  /** Steps of a path: `owner.city` has two. */
  readonly pathStepsMax: number;
  /** Indexes of one read model. */
  readonly indexesMax: number;
  /** Characters of one document as JSON. */
  readonly documentCharsMax: number;
  /** Objects and lists within each other in one document, itself included. */
  readonly documentDepthMax: number;
  /** Writes of one commit. */
  readonly writesMax: number;
  /** Read models that one commit writes to. */
  readonly commitModelsMax: number;
  /** Characters of all documents of one commit as JSON. */
  readonly commitCharsMax: number;
  /** Keys of one `getMany`. */
  readonly keysMax: number;
  /** Filters within each other. */
  readonly filterDepthMax: number;
  /** Filters of one query, those within others included. */
  readonly filtersMax: number;
  /** Values of all `in` filters of one query together. */
  readonly filterValuesMax: number;
  /** Characters of a text that a filter compares with. */
  readonly filterTextCharsMax: number;
  /** Paths that a query orders by. */
  readonly ordersMax: number;
  /** Documents of one page. */
  readonly pageMax: number;
  /** Documents of a page when the query does not say. */
  readonly pageDefault: number;
  /** The Unicode characters of a text that its order is made of. What comes behind them does not count. */
  readonly orderedCharsMax: number;
}

export const readModelLimits: ReadModelLimits = Object.freeze({
  nameCharsMax: 255,
  pathCharsMax: 255,
  pathStepsMax: 16,
  indexesMax: 16,
  documentCharsMax: 1024 * 1024,
  documentDepthMax: 64,
  writesMax: 100_000,
  commitModelsMax: 16,
  commitCharsMax: 64 * 1024 * 1024,
  keysMax: 100_000,
  filterDepthMax: 16,
  filtersMax: 500,
  filterValuesMax: 10_000,
  filterTextCharsMax: 64 * 1024,
  ordersMax: 8,
  pageMax: 1000,
  pageDefault: 100,
  // Such a text, a key and a tenant's name fit into one entry of a PostgreSQL index.
  orderedCharsMax: 200,
});

/** The largest version of a read model and the largest partition: what PostgreSQL's `integer` holds. */
export const versionMax: number = 2 ** 31 - 1;
