/** All that an iterable gives, or its first `max` elements; the iterable is closed then. */
export async function collect<T>(
  iterable: AsyncIterable<T>,
  { max = Number.POSITIVE_INFINITY }: { max?: number } = {},
): Promise<T[]> {
  const collected: T[] = [];
  if (max <= 0) return collected;
  for await (const element of iterable) {
    collected.push(element);
    if (collected.length >= max) break;
  }
  return collected;
}

/**
 * What an iterable gives up to the first element that the predicate accepts, inclusive; it is closed then.
 */
export async function takeUntil<T>(
  iterable: AsyncIterable<T>,
  accepts: (element: T) => boolean,
): Promise<T[]> {
  const taken: T[] = [];
  for await (const element of iterable) {
    taken.push(element);
    if (accepts(element)) break;
  }
  return taken;
}
