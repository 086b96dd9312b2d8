import type { OrderedValue } from "./ordered-value.ts";
import { firstCharacters } from "./ordered-value.ts";
import type { OrderedPlace, QueryOrder } from "./query-order.ts";
import { readModelLimits } from "./read-model-limits.ts";
import { isText } from "./validate-read-model.ts";

/** A place between two documents: what a cursor stands for. It stays where it is when documents come and go around it. */
export interface Gap {
  /** The document that the gap lies beside. */
  readonly beside: OrderedPlace;
  /** On which side of it. */
  readonly lies: "behind" | "inFront";
}

/** A cursor for a gap: opaque to callers, and of use in this order only. */
export function cursorOf({ beside, lies }: Gap, order: QueryOrder): string {
  const json = JSON.stringify([signature(order), beside.values, beside.key, lies === "behind" ? 1 : 0]);
  // Percent-encoding first, since `btoa` takes bytes: every character of it is one.
  return btoa(encodeURIComponent(json)).replaceAll("=", "");
}

/** The gap that a cursor stands for; undefined when it is none, or one of another order. */
export function readGap(cursor: unknown, order: QueryOrder): Gap | undefined {
  if (typeof cursor !== "string" || cursor.length > cursorCharsMax) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(decodeURIComponent(atob(cursor)));
  } catch {
    return undefined;
  }
  if (!Array.isArray(content) || content.length !== 4 || content[0] !== signature(order)) return undefined;
  const [, values, key, side] = content as readonly unknown[];
  const { nameCharsMax } = readModelLimits;
  if (typeof key !== "string" || key === "" || key.length > nameCharsMax || !isText(key)) return undefined;
  if (!Array.isArray(values) || values.length !== order.paths.length || !values.every(isOrdered))
    return undefined;
  return { beside: { values, key }, lies: side === 1 ? "behind" : "inFront" };
}

/** Longer than any cursor: eight texts of 200 characters of four bytes each, percent-encoded, and the paths. */
const cursorCharsMax = 64 * 1024;

function signature({ paths }: QueryOrder): string {
  return JSON.stringify(paths.map(({ path, direction, nulls }) => [path, direction, nulls]));
}

function isOrdered(value: unknown): value is OrderedValue {
  if (typeof value === "string") return isText(value) && firstCharacters(value) === value;
  if (Array.isArray(value)) return value.length === 0;
  return value === null || typeof value === "boolean" || Number.isFinite(value);
}
