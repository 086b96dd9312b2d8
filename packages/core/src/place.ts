/**
 * Where in a request something stands. Put into words only once something is wrong there: most requests are
 * well.
 */
export interface Place {
  readonly outer: Place | undefined;
  /** A field's name, or an index into a list. */
  readonly key: string | number;
}

/** The place in words, such as `appends[0].events[2].payload`. */
export function pathTo(outer: Place | undefined, key: string | number): string {
  const path = outer === undefined ? "" : pathTo(outer.outer, outer.key);
  if (typeof key === "number") return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
