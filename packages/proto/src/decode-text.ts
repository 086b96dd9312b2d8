import { malformed } from "./malformed.ts";

/** What Node's buffers can do beside what TypeScript is told of: decode a range without an object for it. */
interface RangeDecoder {
  utf8Slice?(this: Uint8Array, start: number, end: number): string;
}

// Absent in browsers. Looked up on the global object, so that no bundler brings a substitute along.
const utf8Slice = (globalThis as { Buffer?: { prototype: RangeDecoder } }).Buffer?.prototype.utf8Slice;
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const shortBytesMax = 16;
/** For each short length an array that takes the character codes, so that none is made for each text. */
const codesOfLength = Array.from({ length: shortBytesMax + 1 }, (_, length) =>
  new Array<number>(length).fill(0),
);

/**
 * The text whose UTF-8 is at `start` to `end` (exclusive).
 *
 * Half of the cost of an event is that of its texts, so they go the cheapest way for their kind: short ASCII
 * without leaving JavaScript, the rest through Node's own decoder, or through the standard one where there is
 * no Node.
 *
 * @throws `internal` when it is not UTF-8.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return end - start > shortBytesMax ? decodeLong(bytes, start, end) : decodeShort(bytes, start, end);
}

function decodeShort(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  const codes = codesOfLength[length]!;
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!;
    codes[i] = byte;
    seen |= byte;
  }
  return seen < 0x80 ? String.fromCharCode.apply(null, codes) : decodeLong(bytes, start, end);
}

function decodeLong(bytes: Uint8Array, start: number, end: number): string {
  if (utf8Slice === undefined) return decodeStrictly(bytes, start, end);
  const text = utf8Slice.call(bytes, start, end);
  // Node puts this character where bytes are no UTF-8; text may also contain it in its own right.
  return text.includes("\ufffd") ? decodeStrictly(bytes, start, end) : text;
}

function decodeStrictly(bytes: Uint8Array, start: number, end: number): string {
  try {
    return strictDecoder.decode(bytes.subarray(start, end));
  } catch (cause) {
    throw malformed(`bytes ${start} to ${end} are not UTF-8`, { cause });
  }
}
