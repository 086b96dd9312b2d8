import { malformed } from "./malformed.ts";

/** What Node's buffers can do beside what TypeScript is told of: decode a range without an object for it. */
interface RangeDecoder {
  latin1Slice?(this: Uint8Array, start: number, end: number): string;
}

// Absent in browsers. Looked up on the global object, so that no bundler brings a substitute along.
const buffers = (globalThis as { Buffer?: { prototype: RangeDecoder } }).Buffer?.prototype;
const latin1Slice = buffers?.latin1Slice;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text whose UTF-8 is at `start` to `end` (exclusive).
 *
 * Text in ASCII, as nearly all of an event's is, goes the way without a view and without a look at multi-byte sequences.
 *
 * @throws `internal` when it is not UTF-8.
 */
export const decodeText: (bytes: Uint8Array, start: number, end: number) => string =
  latin1Slice === undefined
    ? decodeUtf8
    : (bytes, start, end) =>
        isAscii(bytes, start, end) ? latin1Slice.call(bytes, start, end) : decodeUtf8(bytes, start, end);

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! > 0x7f) return false;
  return true;
}

function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch (cause) {
    throw malformed(`bytes ${start} to ${end} are not UTF-8 (${String(cause)})`);
  }
}
