/** The bounds that requests are held to. */
export interface Limits {
  /**
   * Characters (UTF-16 code units) of a name: tenant, aggregate, event type, tag, id, key. At most 255:
   * indexes rely on it.
   */
  readonly nameCharsMax: number;
  /** Bytes of one event's payload. */
  readonly payloadBytesMax: number;
  /** UTF-8 bytes of one event's metadata, keys and values together. */
  readonly metadataBytesMax: number;
  /** Tags of one event. */
  readonly tagsMax: number;
  /** Events of one append; also its aggregates. */
  readonly eventsMax: number;
  /** Bytes of one append: payloads, metadata and names. */
  readonly appendBytesMax: number;
  /** Conditions of one append. */
  readonly conditionsMax: number;
  /** Items of a query, and names in each list of an item. */
  readonly queryItemsMax: number;
}

export const defaultLimits: Limits = Object.freeze({
  nameCharsMax: 255,
  payloadBytesMax: 1024 * 1024,
  metadataBytesMax: 64 * 1024,
  tagsMax: 64,
  eventsMax: 10_000,
  appendBytesMax: 16 * 1024 * 1024,
  conditionsMax: 100,
  queryItemsMax: 100,
});

/** The largest nonce: what PostgreSQL's `bigint` holds. */
export const nonceMax: bigint = 2n ** 63n - 1n;

/** The largest `eventVersion` and `maxCount`: what the wire's `uint32` holds. */
export const uint32Max: number = 2 ** 32 - 1;

/** Bytes of one snapshot's state at most. */
export const snapshotBytesMax: number = 16 * 1024 * 1024;

/** The longest time for which a lease is given at once, in milliseconds: a day. */
export const leaseDurationMsMax: number = 86_400_000;
