import { InvalidArgumentError } from "@leftfold/core";

/** The bounds within which appends wait and travel. */
export interface AppendOptions {
  /**
   * Calls in flight at once, which share what is to be sent when that is much; what comes meanwhile waits and
   * goes together into the next one. 2 by default.
   */
  readonly callsInFlightMax: number;
  /** Appends in one call: at most 1,000, which is also the default. */
  readonly appendsPerCallMax: number;
  /** Bytes of one call, when it holds more than one append; a larger append goes alone. 4 MiB by default. */
  readonly bytesPerCallMax: number;
  /** Appends that wait; beyond it an append is refused with `resource-exhausted`. 10,000 by default. */
  readonly waitingAppendsMax: number;
  /** Bytes of the appends that wait, with one append always let in; beyond it as above. 64 MiB by default. */
  readonly waitingBytesMax: number;
}

export const defaultAppendOptions: AppendOptions = Object.freeze({
  callsInFlightMax: 2,
  appendsPerCallMax: 1_000,
  bytesPerCallMax: 4 * 1024 * 1024,
  waitingAppendsMax: 10_000,
  waitingBytesMax: 64 * 1024 * 1024,
});

/**
 * The defaults, with what was given in their place.
 *
 * @throws `invalid-argument` for a value that is no whole number above 0, or more appends in a call than
 * the wire allows.
 */
export function appendOptions(given: Partial<AppendOptions> = {}): AppendOptions {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const violations = set.flatMap(([name, value]) => {
    const max =
      name === "appendsPerCallMax" ? defaultAppendOptions.appendsPerCallMax : Number.MAX_SAFE_INTEGER;
    if (Number.isInteger(value) && value >= 1 && value <= max) return [];
    return [{ field: `append.${name}`, value: String(value), limit: `a whole number from 1 to ${max}` }];
  });
  if (violations.length > 0) throw new InvalidArgumentError(violations);
  return { ...defaultAppendOptions, ...Object.fromEntries(set) };
}
