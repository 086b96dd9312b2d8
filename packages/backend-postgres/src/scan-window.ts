import { type EventQuery, type EventQueryItem, nonceMax } from "@leftfold/core";

const widthMin = 16_384n;
const widthMax = 4_194_304n;
const growth = 4n;

/**
 * How much of a log one statement looks through for a query. A sparse query would otherwise look through all of it at
 * once: the statement would run long, and nobody would see how far it is. What has a tag is looked up, not looked for: one
 * statement is enough where every event of the tag matches, and else the first covers as much as any does of other queries.
 */
export class ScanWindow {
  readonly #isBounded: boolean;
  readonly #widthMax: bigint;
  #width: bigint;

  constructor(query: EventQuery | undefined, width?: bigint) {
    const isTagged = query !== undefined && namesTags(query);
    this.#isBounded = query !== undefined && !query.anyOf.every(isOneTag);
    this.#widthMax = isTagged ? nonceMax : widthMax;
    this.#width = width ?? (isTagged ? widthMax : widthMin);
  }

  upFrom(lowest: bigint, highest: bigint): { lowest: bigint; highest: bigint } {
    const end = lowest + this.#width - 1n;
    return { lowest, highest: this.#isBounded && end < highest ? end : highest };
  }

  downFrom(highest: bigint, lowest: bigint): { lowest: bigint; highest: bigint } {
    const end = highest - this.#width + 1n;
    return { lowest: this.#isBounded && end > lowest ? end : lowest, highest };
  }

  /** Looks further when the last window did not fill a page. */
  adapt(wasFull: boolean): void {
    if (!wasFull && this.#width < this.#widthMax) this.#width *= growth;
  }
}

/** Whether every event with a tag matches. */
function isOneTag({
  tags = [],
  eventTypes = [],
  aggregateTypes = [],
  aggregateIdPrefix,
}: EventQueryItem): boolean {
  return tags.length === 1 && eventTypes.length === 0 && aggregateTypes.length === 0 && !aggregateIdPrefix;
}

/** Whether only events with certain tags can match a query. */
export function namesTags({ anyOf }: EventQuery): boolean {
  return anyOf.every(({ tags = [] }) => tags.length > 0);
}
