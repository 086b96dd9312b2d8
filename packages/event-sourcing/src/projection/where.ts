import type { ReadModelFilter, ReadModelOrder } from "@leftfold/core";
import type { DocumentPath, ValueAt } from "./document-path.ts";

type Comparable = string | number | boolean;

/** Literal types are widened: a field of `"open" | "closed"` compares with those, a counter with any number. */
type ValueOf<Value> = Extract<Value, Comparable>;

/** Null can be asked for where a value may be missing. */
type NullOf<Value> = Extract<Value, null | undefined> extends never ? never : null;

/**
 * What is asked of a value. All that is given must hold. A bound that is undefined is none, so that those of a request can be handed
 * on as they are; where equality is asked for, undefined is no value to pass: it would select everything.
 */
export interface Comparison<Value> {
  readonly eq?: ValueOf<Value> | NullOf<Value>;
  readonly ne?: ValueOf<Value> | NullOf<Value>;
  readonly lt?: ValueOf<Value> | undefined;
  readonly lte?: ValueOf<Value> | undefined;
  readonly gt?: ValueOf<Value> | undefined;
  readonly gte?: ValueOf<Value> | undefined;
  readonly in?: readonly (ValueOf<Value> | NullOf<Value>)[];
}

interface TextComparison<Value> extends Comparison<Value> {
  /** The text has this as a part. */
  readonly contains?: string | undefined;
  /** The text begins with this. */
  readonly prefix?: string | undefined;
}

interface ArrayComparison<Element> {
  /** The array has this as an element. */
  readonly contains: Extract<Element, Comparable>;
}

/** A value that must be equal, or what else is asked of it. */
export type Condition<Value> = [NonNullable<Value>] extends [readonly (infer Element)[]]
  ? ArrayComparison<Element>
  :
      | ValueOf<Value>
      | NullOf<Value>
      | ([Extract<Value, string>] extends [never] ? Comparison<Value> : TextComparison<Value>);

/** Which documents are meant: conditions by path, all of which must hold; `and`, `or` and `not` compose. */
export type Where<Document> = {
  readonly [Path in DocumentPath<Document>]?: Condition<ValueAt<Document, Path>>;
} & {
  readonly and?: readonly Where<Document>[];
  readonly or?: readonly Where<Document>[];
  readonly not?: Where<Document>;
};

type SortPath<Document> = {
  [Path in DocumentPath<Document>]: [NonNullable<ValueAt<Document, Path>>] extends [readonly unknown[]]
    ? never
    : Path;
}[DocumentPath<Document>];

type Sorting = "asc" | "desc" | { readonly direction?: "asc" | "desc"; readonly nulls?: "first" | "last" };

/** Directions by path; what is named first counts most. Nulls come last unless told otherwise. */
export type OrderBy<Document> = { readonly [Path in SortPath<Document>]?: Sorting };

/** The filter that a typed condition stands for; undefined when it asks for nothing. */
export function filterOf<Document>(where: Where<Document> | undefined): ReadModelFilter | undefined {
  if (where === undefined) return undefined;
  const filters = Object.entries(where).flatMap(([path, asked]) => filtersFor(path, asked));
  return filters.length === 1 ? filters[0] : filters.length === 0 ? undefined : { op: "and", filters };
}

function filtersFor(path: string, asked: unknown): ReadModelFilter[] {
  if (asked === undefined) return [];
  if (path === "and" || path === "or") return [composed(path, asked as readonly Where<object>[])];
  if (path === "not") return [{ op: "not", filter: filterOf(asked as Where<object>) ?? everything }];
  if (asked === null || typeof asked !== "object")
    return [{ op: "eq", path, value: asked as Comparable | null }];
  return Object.entries(asked)
    .filter(([, value]) => value !== undefined)
    .map(([op, value]) =>
      op === "in" ? { op, path, values: value } : ({ op, path, value } as ReadModelFilter),
    );
}

/** A conjunction of nothing holds always, a disjunction of nothing never: as JavaScript's `every` and `some`. */
const everything: ReadModelFilter = { op: "and", filters: [] };

function composed(op: "and" | "or", parts: readonly Where<object>[]): ReadModelFilter {
  return { op, filters: parts.map((part) => filterOf(part) ?? everything) };
}

/** The order that directions by path stand for. */
export function orderOf<Document>(orderBy: OrderBy<Document> | undefined): readonly ReadModelOrder[] {
  const sortings: [string, Sorting | undefined][] = Object.entries(orderBy ?? {});
  return sortings.flatMap(([path, sorting]) => {
    if (sorting === undefined) return [];
    return typeof sorting === "string" ? [{ path, direction: sorting }] : [{ path, ...sorting }];
  });
}
