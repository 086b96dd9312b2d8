// The real one: time may be taken over when it is used.
const { setImmediate } = globalThis;

/** A turn of Node's event loop costs ten times what a callback in it does: so many are asked for at once. */
const callbacksPerTurn = 64;

let callbacksAhead = 0;
let reached: () => void = () => undefined;

/**
 * Resolves when everything that can run has run, in this process: what waits then waits for a timer, or for what is not of
 * this process. Awaited by one at a time.
 *
 * Node empties the queues of promises and of `process.nextTick` before each callback of `setImmediate`, also between those of one
 * turn (its documentation, "The Node.js event loop").
 */
export function quiescence(): Promise<void> {
  return new Promise((resolve) => {
    reached = resolve;
    if (callbacksAhead > 0) return;
    for (; callbacksAhead < callbacksPerTurn; callbacksAhead++) setImmediate(callback);
  });
}

function callback(): void {
  callbacksAhead--;
  reached();
}
