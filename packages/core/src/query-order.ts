import { compareText } from "./compare-text.ts";
import { compareOrdered, type OrderedValue, orderedValueAt } from "./ordered-value.ts";
import type { JsonObject, ReadModelOrder } from "./read-model-store.ts";

/** One path that documents are ordered by, with what absences mean. */
export type PathOrder = Required<ReadModelOrder>;

/** The order of a query, as it is or the other way round. Documents that are equal in all of its paths are ordered by key. */
export interface QueryOrder {
  readonly paths: readonly PathOrder[];
  readonly keyDirection: "asc" | "desc";
}

/** Where a document stands in an order. */
export interface OrderedPlace {
  readonly values: readonly OrderedValue[];
  readonly key: string;
}

/** The order that a query asks for. */
export function queryOrder(orderBy: readonly ReadModelOrder[]): QueryOrder {
  const paths = orderBy.map(({ path, direction = "asc", nulls = "last" }) => ({ path, direction, nulls }));
  return { paths, keyDirection: "asc" };
}

/** The same order, from the last document to the first. */
export function reversedOrder({ paths, keyDirection }: QueryOrder): QueryOrder {
  const reversed = paths.map(
    ({ path, direction, nulls }): PathOrder => ({
      path,
      direction: opposite(direction),
      nulls: nulls === "first" ? "last" : "first",
    }),
  );
  return { paths: reversed, keyDirection: opposite(keyDirection) };
}

/** Where a document stands. */
export function orderedPlace({ paths }: QueryOrder, key: string, document: JsonObject): OrderedPlace {
  return { values: paths.map(({ path }) => orderedValueAt(document, path)), key };
}

/** Below 0 when `one` comes first in the order, 0 when both are the same. */
export function comparePlaces(order: QueryOrder, one: OrderedPlace, other: OrderedPlace): number {
  for (let i = 0; i < order.paths.length; i++) {
    const compared = compareAt(order.paths[i]!, one.values[i]!, other.values[i]!);
    if (compared !== 0) return compared;
  }
  return directed(order.keyDirection, compareText, one.key, other.key);
}

function compareAt({ direction, nulls }: PathOrder, one: OrderedValue, other: OrderedValue): number {
  if (one !== null && other !== null) return directed(direction, compareOrdered, one, other);
  if (one === other) return 0;
  return (one === null) === (nulls === "first") ? -1 : 1;
}

/** Turned round by what is compared: what ranks alike stays 0, and is never -0. */
function directed<T>(
  direction: "asc" | "desc",
  compare: (one: T, other: T) => number,
  one: T,
  other: T,
): number {
  return direction === "asc" ? compare(one, other) : compare(other, one);
}

function opposite(direction: "asc" | "desc"): "asc" | "desc" {
  return direction === "asc" ? "desc" : "asc";
}
