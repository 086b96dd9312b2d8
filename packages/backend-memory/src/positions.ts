import type { Direction } from "@leftfold/core";

/** Places in a log, each a global nonce as a number, in ascending order. */
export type Positions = readonly number[];

/** A part of a log; both ends are inclusive. Empty when `low` lies above `high`. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** Where a read starts and ends; absent is the end of the log in that direction. */
export interface Bounds {
  readonly from?: bigint | undefined;
  readonly to?: bigint | undefined;
  readonly direction: Direction;
}

/** The part of a log of the given length that a read covers. */
export function spanOf(length: bigint, { from, to, direction }: Bounds): Span {
  const [low = 1n, high = length] = direction === "forwards" ? [from, to] : [to, from];
  return { low: Number(low), high: Number(high < length ? high : length) };
}

/** How many of the positions lie below a bound: the index of the first that does not. */
export function countBelow(positions: Positions, bound: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the positions lie in a span. */
export function countWithin(positions: Positions, { low, high }: Span): number {
  return Math.max(0, countBelow(positions, high + 1) - countBelow(positions, low));
}

/** Every position of a span. */
export function* everyPosition(
  { low, high }: Span,
  direction: Direction,
): Generator<number, void, undefined> {
  if (direction === "forwards") for (let position = low; position <= high; position++) yield position;
  else for (let position = high; position >= low; position--) yield position;
}

/**
 * The positions of a span that any of the lists has, in order and each once. The lists may grow meanwhile.
 */
export function* mergedPositions(
  lists: readonly Positions[],
  { low, high }: Span,
  direction: Direction,
): Generator<number, void, undefined> {
  const forwards = direction === "forwards";
  const step = forwards ? 1 : -1;
  const cursors = lists.map((list) => (forwards ? countBelow(list, low) : countBelow(list, high + 1) - 1));
  for (;;) {
    let nearest: number | undefined;
    for (let i = 0; i < lists.length; i++) {
      const position = lists[i]![cursors[i]!];
      if (position === undefined || position < low || position > high) continue;
      if (nearest === undefined || (forwards ? position < nearest : position > nearest)) nearest = position;
    }
    if (nearest === undefined) return;
    for (let i = 0; i < lists.length; i++) if (lists[i]![cursors[i]!] === nearest) cursors[i]! += step;
    yield nearest;
  }
}
