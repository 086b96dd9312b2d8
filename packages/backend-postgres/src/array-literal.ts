// Arrays as PostgreSQL's text format has them. One string per column costs far less than a driver's walk over its elements.

/** Names hold no control characters, so all that JSON escapes in them, quotes and backslashes, PostgreSQL unescapes alike. */
export function textArray(names: readonly string[]): string {
  return `{${JSON.stringify(names).slice(1, -1)}}`;
}

/** Numbers, UUIDs and hexadecimal digits need no quotes. */
export function plainArray(values: readonly (bigint | number | string)[]): string {
  return `{${values.join(",")}}`;
}
