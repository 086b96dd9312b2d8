import { readName, readText } from "./read-text.ts";
import type { WireReader } from "./wire-reader.ts";

/** Reads an entry of a map from text to text, with its length in front, into the map. */
export function readEntry(reader: WireReader, metadata: Record<string, string>): void {
  const outerEnd = reader.enter();
  let key = "";
  let value = "";
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) key = readName(reader);
    else if (tag === 0x12) value = readText(reader);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
  // Assigning to this key would set the object's prototype, or nothing.
  if (key !== "__proto__") metadata[key] = value;
  else Object.defineProperty(metadata, key, { value, enumerable: true, configurable: true, writable: true });
}
