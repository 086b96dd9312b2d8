import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { InvalidArgumentError } from "@leftfold/core";
import { timestampMs } from "./read-timestamp.ts";
import { isTimestamp } from "./timestamp-range.ts";

/** Seconds since the epoch, rounded down, and the nanoseconds above them. */
export function timestampToWire(time: Date): Timestamp {
  const milliseconds = time.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  const nanos = (milliseconds - seconds * 1000) * 1_000_000;
  return { $typeName: "google.protobuf.Timestamp", seconds: BigInt(seconds), nanos };
}

/**
 * A time that a writer gave.
 *
 * @param field gives the path to it in the request.
 * @throws `invalid-argument` when it is not in the years 1 to 9999, or not in whole milliseconds.
 */
export function timestampFromWire({ seconds, nanos }: Timestamp, field: () => string): Date {
  const wholeSeconds = Number(seconds);
  if (!isTimestamp(wholeSeconds, nanos)) {
    throw invalidTime(field(), `${seconds} s and ${nanos} ns`, "a time in the years 1 to 9999");
  }
  if (nanos % 1_000_000 !== 0)
    throw invalidTime(field(), `${nanos} ns past a second`, "in whole milliseconds");
  return new Date(wholeSeconds * 1000 + nanos / 1_000_000);
}

function invalidTime(field: string, value: string, limit: string): InvalidArgumentError {
  return new InvalidArgumentError([{ field, value, limit }]);
}

/**
 * A time that a store recorded: what is finer than a millisecond is cut off. The epoch when absent.
 *
 * @throws `internal` when it is not in the years 1 to 9999.
 */
export function recordedTimeFromWire(time: Timestamp | undefined): Date {
  return time === undefined ? new Date(0) : new Date(timestampMs(Number(time.seconds), time.nanos));
}
