import { decodeText } from "./decode-text.ts";
import { rememberedName } from "./remembered-name.ts";
import type { WireReader } from "./wire-reader.ts";

/** Text with its length in front. */
export function readText(reader: WireReader): string {
  const length = reader.length();
  const start = reader.position;
  reader.position = start + length;
  return decodeText(reader.bytes, start, start + length);
}

/** Text with its length in front that comes again and again. */
export function readName(reader: WireReader): string {
  const length = reader.length();
  const start = reader.position;
  reader.position = start + length;
  return rememberedName(reader.bytes, start, start + length);
}
