/**
 * An iterable that can be left while it waits.
 *
 * A generator's own `return` stands in line behind a `next` that is pending. This one first aborts the signal
 * that the generator waits with, and the pending `next` settles at once, as done.
 *
 * @param leaving the controller of that signal. The generator may be aborted with it for other reasons, too.
 */
export function leavable<T>(
  generator: AsyncGenerator<T, void, undefined>,
  leaving: AbortController,
): AsyncIterableIterator<T, void, undefined> {
  let left = false;
  const done = (error: unknown): IteratorResult<T, void> => {
    if (left) return { done: true, value: undefined };
    throw error;
  };
  return {
    next: () => generator.next().catch(done),
    return: () => {
      left = true;
      leaving.abort();
      return generator.return().catch(done);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
