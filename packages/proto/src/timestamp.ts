import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { InvalidArgumentError } from "@leftfold/core";
import { timestampSecondsMax, timestampSecondsMin } from "./decode-timestamp.ts";

export function timestampToWire(time: Date): Timestamp {
  const milliseconds = time.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  const nanos = (milliseconds - seconds * 1000) * 1_000_000;
  return { $typeName: "google.protobuf.Timestamp", seconds: BigInt(seconds), nanos };
}

/** @throws `invalid-argument` naming `field` for a time that is not in the years 1 to 9999, or not in whole milliseconds. */
export function timestampFromWire({ seconds, nanos }: Timestamp, field: () => string): Date {
  const wholeSeconds = Number(seconds);
  const inRange = wholeSeconds >= timestampSecondsMin && wholeSeconds <= timestampSecondsMax;
  if (!inRange || nanos < 0 || nanos > 999_999_999) {
    throw invalidTime(field(), `${seconds} s and ${nanos} ns`, "a time in the years 1 to 9999");
  }
  if (nanos % 1_000_000 !== 0)
    throw invalidTime(field(), `${nanos} ns past a second`, "in whole milliseconds");
  return new Date(wholeSeconds * 1000 + nanos / 1_000_000);
}

function invalidTime(field: string, value: string, limit: string): InvalidArgumentError {
  return new InvalidArgumentError([{ field, value, limit }]);
}

/** Of a time that the store gave: what is finer than a millisecond is cut off. The epoch when absent. */
export function recordedTimeFromWire(time: Timestamp | undefined): Date {
  if (time === undefined) return new Date(0);
  return new Date(Number(time.seconds) * 1000 + Math.floor(time.nanos / 1_000_000));
}
