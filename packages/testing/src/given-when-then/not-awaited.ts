/**
 * Outcomes have a method `then`, which is what JavaScript calls on whatever is awaited or returned by an async
 * function: with functions, where a scenario says what it expects.
 *
 * @throws `TypeError` for a scenario that ends without saying what it expects.
 */
export function assertNotAwaited(expected: unknown): void {
  if (typeof expected !== "function") return;
  throw new TypeError(
    "A scenario was awaited before it said what it expects. End it by then(…), thenRejects(…) or thenState(…); " +
      "there is nothing to wait for.",
  );
}
