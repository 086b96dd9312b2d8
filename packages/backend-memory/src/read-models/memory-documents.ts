import {
  comparePlaces,
  cursorOf,
  type Gap,
  type JsonObject,
  matchesFilter,
  type OrderedPlace,
  orderedPlace,
  type QueryOrder,
  type ReadModelFilter,
  type ReadModelPage,
  type ValidReadModelQuery,
} from "@leftfold/core";

interface PlacedDocument {
  readonly place: OrderedPlace;
  readonly document: JsonObject;
}

/** The documents of one read model. */
export class MemoryDocuments {
  readonly #documents = new Map<string, JsonObject>();

  get size(): number {
    return this.#documents.size;
  }

  get(key: string): JsonObject | undefined {
    return this.#documents.get(key);
  }

  values(): Iterable<JsonObject> {
    return this.#documents.values();
  }

  /** Documents come as JSON, so that nobody can change what is kept here; those that are handed out are frozen. */
  write(puts: ReadonlyMap<string, string>, removals: ReadonlySet<string>): void {
    for (const [key, json] of puts) this.#documents.set(key, frozen(JSON.parse(json) as JsonObject));
    for (const key of removals) this.#documents.delete(key);
  }

  /** One page: the documents that the filter selects, in order, behind the gap or in front of it. */
  find({ where, order, limit, gap, side }: ValidReadModelQuery): ReadModelPage {
    const sorted = this.#sorted(where, order);
    const middle = gap === undefined ? 0 : positionOf(gap, sorted, order);
    const [start, end] =
      side === "after"
        ? [middle, Math.min(middle + limit, sorted.length)]
        : [Math.max(middle - limit, 0), middle];
    const page = sorted.slice(start, end);
    const beforePage: Gap | undefined = page.length > 0 ? { beside: page[0]!.place, lies: "inFront" } : gap;
    const behindPage: Gap | undefined =
      page.length > 0 ? { beside: page.at(-1)!.place, lies: "behind" } : gap;
    return {
      documents: page.map(({ place, document }) => ({ key: place.key, document })),
      next: end < sorted.length && behindPage ? cursorOf(behindPage, order) : undefined,
      previous: start > 0 && beforePage ? cursorOf(beforePage, order) : undefined,
    };
  }

  #sorted(where: ReadModelFilter | undefined, order: QueryOrder): PlacedDocument[] {
    const placed: PlacedDocument[] = [];
    for (const [key, document] of this.#documents) {
      if (where === undefined || matchesFilter(where, document)) {
        placed.push({ place: orderedPlace(order, key, document), document });
      }
    }
    return placed.sort((one, other) => comparePlaces(order, one.place, other.place));
  }
}

/** How many of the documents lie in front of a gap, found by halving. */
function positionOf({ beside, lies }: Gap, sorted: readonly PlacedDocument[], order: QueryOrder): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const compared = comparePlaces(order, sorted[middle]!.place, beside);
    if (compared < 0 || (compared === 0 && lies === "behind")) low = middle + 1;
    else high = middle;
  }
  return low;
}

function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) frozen(inner);
  return Object.freeze(value);
}
