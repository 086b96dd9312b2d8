import { malformed } from "./malformed.ts";
import { isTimestamp } from "./timestamp-range.ts";
import type { WireReader } from "./wire-reader.ts";

/**
 * Reads a nested `google.protobuf.Timestamp`, in milliseconds since the epoch; what is finer is cut off.
 *
 * @param givenMs what an earlier occurrence of the same field gave: messages that come twice are merged field
 * by field.
 */
export function readTimestamp(reader: WireReader, givenMs: number): number {
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
  return timestampMs(seconds, nanos);
}

/** @throws `internal` for what is no time: a store does not record such. */
export function timestampMs(seconds: number, nanos: number): number {
  if (!isTimestamp(seconds, nanos)) {
    throw malformed(`${seconds} s and ${nanos} ns are no time in the years 1 to 9999`);
  }
  return seconds * 1000 + Math.floor(nanos / 1_000_000);
}
