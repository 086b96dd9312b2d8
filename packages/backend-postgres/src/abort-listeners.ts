/** Told when a signal is aborted. */
export interface AbortListener {
  aborted(reason: unknown): void;
}

interface Listeners {
  readonly all: Set<AbortListener>;
  readonly tell: () => void;
}

const listenersOf = new WeakMap<AbortSignal, Listeners>();

/**
 * Has a listener told when a signal is aborted. Many appends come with one signal, and a place in a set costs far less than a
 * listener on the signal for each.
 */
export function listen(signal: AbortSignal, listener: AbortListener): void {
  let listeners = listenersOf.get(signal);
  if (listeners === undefined) {
    listeners = listenersOn(signal);
    listenersOf.set(signal, listeners);
    signal.addEventListener("abort", listeners.tell, { once: true });
  }
  listeners.all.add(listener);
}

/** Leaves nothing on a signal that nobody listens to any more. */
export function unlisten(signal: AbortSignal, listener: AbortListener): void {
  const listeners = listenersOf.get(signal);
  if (!listeners?.all.delete(listener) || listeners.all.size > 0) return;
  signal.removeEventListener("abort", listeners.tell);
  listenersOf.delete(signal);
}

function listenersOn(signal: AbortSignal): Listeners {
  const all = new Set<AbortListener>();
  const tell = (): void => {
    // A copy, since who is told leaves.
    for (const listener of [...all]) listener.aborted(signal.reason);
  };
  return { all, tell };
}
