// Arrays as PostgreSQL's text format has them. One string per column costs far less than a driver's walk over its elements.

/** Names hold no control characters, so all that JSON escapes in them, quotes and backslashes, PostgreSQL unescapes alike. */
export function textArray(names: readonly string[]): string {
  return `{${JSON.stringify(names).slice(1, -1)}}`;
}

/** Numbers and UUIDs need no quotes. */
export function plainArray(values: readonly (bigint | number | string)[]): string {
  return `{${values.join(",")}}`;
}

/** Bytes, each given in hexadecimal. */
export function byteaArray(hexes: readonly string[]): string {
  return hexes.length === 0 ? "{}" : `{"\\\\x${hexes.join('","\\\\x')}"}`;
}

/** What Node's buffers can do beside what TypeScript is told of: take any bytes, without an object for the range. */
interface RangeEncoder {
  hexSlice(this: Uint8Array, start: number, end: number): string;
}

const { hexSlice } = Buffer.prototype as Buffer & RangeEncoder;

/** The bytes in hexadecimal, read in place. */
export function hexOf(bytes: Uint8Array): string {
  return hexSlice.call(bytes, 0, bytes.length);
}
