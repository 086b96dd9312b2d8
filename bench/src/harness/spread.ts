/** What the runs' values have in common: the median is the figure, the rest says how far to trust it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The median (of an even number, the mean of the middle two), the least and the greatest.
 *
 * @throws RangeError when there are no values.
 */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  const min = sorted[0];
  const max = sorted.at(-1);
  if (low === undefined || high === undefined || min === undefined || max === undefined) {
    throw new RangeError("There is no median of no values.");
  }
  return { median: (low + high) / 2, min, max };
}
