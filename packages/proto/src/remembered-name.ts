import { decodeText } from "./decode-text.ts";

const slots = 256;
const rememberedBytesMax = 64;
const remembered: string[] = new Array<string>(slots).fill("");

/**
 * The same as `decodeText`, for text that comes again and again: tenants, types, keys of metadata.
 *
 * A table of the names met last, 256 at most and each of at most 64 characters, gives the same string back
 * without making it anew: comparing costs a fraction of decoding, and a million events share one string.
 */
export function rememberedName(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length === 0) return "";
  if (length > rememberedBytesMax) return decodeText(bytes, start, end);
  const middle = bytes[start + (length >> 1)]!;
  const slot = (length * 31 + bytes[start]! * 7 + middle * 13 + bytes[end - 1]!) & (slots - 1);
  const name = remembered[slot]!;
  if (isSpelled(name, bytes, start, end)) return name;
  const decoded = decodeText(bytes, start, end);
  remembered[slot] = decoded;
  return decoded;
}

/** Only ASCII compares equal unit by byte: other text is decoded each time, and stays right. */
function isSpelled(name: string, bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (name.length !== length) return false;
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!;
    if (byte > 0x7f || byte !== name.charCodeAt(i)) return false;
  }
  return true;
}
