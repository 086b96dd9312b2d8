import { malformed } from "./malformed.ts";
import type { WireReader } from "./wire-reader.ts";

/** The seconds that a `google.protobuf.Timestamp` may have: the years 1 to 9999. */
export const timestampSecondsMin = -62_135_596_800;
export const timestampSecondsMax = 253_402_300_799;

/**
 * Reads a nested `google.protobuf.Timestamp`, in milliseconds since the epoch; what is finer is cut off.
 *
 * @param givenMs what an earlier occurrence of the same field gave: messages that come twice are merged field by field.
 */
export function decodeTimestamp(reader: WireReader, givenMs: number): number {
  let seconds = Math.floor(givenMs / 1000);
  let nanos = (givenMs - seconds * 1000) * 1_000_000;
  const outerEnd = reader.enter();
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag === 0x08) seconds = reader.int64Number();
    else if (tag === 0x10) nanos = reader.int32();
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
  if (seconds < timestampSecondsMin || seconds > timestampSecondsMax || nanos < 0 || nanos > 999_999_999) {
    throw malformed(`${seconds} s and ${nanos} ns are no time in the years 1 to 9999`);
  }
  return seconds * 1000 + Math.floor(nanos / 1_000_000);
}
