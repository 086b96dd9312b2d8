/** Told when a signal is aborted. */
export interface AbortListener {
  aborted(reason: unknown): void;
}

const listenersOf = new WeakMap<AbortSignal, Set<AbortListener>>();

/**
 * Has a listener told when a signal is aborted. Many appends come with one signal, and a place in a set costs far less than a
 * listener on the signal for each.
 */
export function listen(signal: AbortSignal, listener: AbortListener): void {
  let listeners = listenersOf.get(signal);
  if (listeners === undefined) {
    const all = new Set<AbortListener>();
    signal.addEventListener("abort", () => tellAll(all, signal.reason), { once: true });
    listenersOf.set(signal, all);
    listeners = all;
  }
  listeners.add(listener);
}

export function unlisten(signal: AbortSignal, listener: AbortListener): void {
  listenersOf.get(signal)?.delete(listener);
}

function tellAll(listeners: Set<AbortListener>, reason: unknown): void {
  // A copy, since who is told leaves.
  for (const listener of [...listeners]) listener.aborted(reason);
}
