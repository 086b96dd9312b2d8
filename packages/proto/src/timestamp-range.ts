const secondsMin = -62_135_596_800;
const secondsMax = 253_402_300_799;

/**
 * Whether a `google.protobuf.Timestamp` is one: in the years 1 to 9999, with nanoseconds that count upwards.
 */
export function isTimestamp(seconds: number, nanos: number): boolean {
  return seconds >= secondsMin && seconds <= secondsMax && nanos >= 0 && nanos <= 999_999_999;
}
