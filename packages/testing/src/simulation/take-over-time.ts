import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";
import { SeededRandom } from "../builders/seeded-random.ts";
import { VirtualTime } from "./virtual-time.ts";

/** Time and chance of a process that is simulated. */
export interface TakenTime extends Disposable {
  /** Begins anew: a clock without timers, and the same random numbers as ever. */
  renew(): VirtualTime;
}

let isTaken = false;

/**
 * Takes over what tells the time, waits for it, or draws random numbers in this process, until it is disposed of: `Date`,
 * `performance.now`, timers (also those of `node:timers/promises`) and `Math.random`. What is simulated runs unchanged. The
 * microtasks of promises and `process.nextTick` are left alone; they run in an order that does not vary.
 *
 * @throws while it is taken over already: one process has one time.
 */
export function takeOverTime(): TakenTime {
  if (isTaken) throw new Error("Time was taken over already. Await one simulation before the next.");
  isTaken = true;
  let time = new VirtualTime();
  let random = new SeededRandom(0);
  const restore = [
    replace(globalThis, { ...timers(() => time), Date: dateOf(() => time) }),
    replace(performance, { now: () => time.nowMs }),
    replace(Math, { random: () => random.below(2 ** 32) / 2 ** 32 }),
    replace(
      timersPromises,
      promisedTimers(() => time),
    ),
  ];
  // Modules that import the promised timers by name see the change, too (Node's documentation, "node:module").
  syncBuiltinESMExports();
  return {
    renew: () => {
      time = new VirtualTime();
      random = new SeededRandom(0);
      return time;
    },
    [Symbol.dispose]: () => {
      for (const undo of restore) undo();
      syncBuiltinESMExports();
      isTaken = false;
    },
  };
}

function replace(target: object, replacements: Readonly<Record<string, unknown>>): () => void {
  const originals = Object.keys(replacements).map((name) => [name, Reflect.get(target, name)] as const);
  Object.assign(target, replacements);
  return () => Object.assign(target, Object.fromEntries(originals));
}

/** What `setTimeout` gives: as much of it as is used to keep a process from waiting, and to stop a timer. */
interface Handle {
  readonly stop: () => void;
  readonly ref: () => Handle;
  readonly unref: () => Handle;
  readonly hasRef: () => boolean;
}

function handle(stop: () => void): Handle {
  const made: Handle = { stop, ref: () => made, unref: () => made, hasRef: () => true };
  return made;
}

type Callback = (...args: unknown[]) => void;

function timers(time: () => VirtualTime): Readonly<Record<string, unknown>> {
  const start = (repeats: boolean) => {
    return (run: Callback, delayMs = 0, ...args: unknown[]): Handle => {
      const on = time();
      const order = on.start(() => run(...args), delayMs, repeats);
      return handle(() => on.stop(order));
    };
  };
  const immediate = (run: Callback, ...args: unknown[]): Handle => {
    let isStopped = false;
    time().immediately(() => {
      if (!isStopped) run(...args);
    });
    return handle(() => {
      isStopped = true;
    });
  };
  const stop = (timer: Handle | undefined): void => timer?.stop?.();
  return {
    setTimeout: start(false),
    setInterval: start(true),
    setImmediate: immediate,
    clearTimeout: stop,
    clearInterval: stop,
    clearImmediate: stop,
  };
}

function promisedTimers(time: () => VirtualTime): Readonly<Record<string, unknown>> {
  type Options = { readonly signal?: AbortSignal } | undefined;
  const waiting = (begin: (resolve: () => void) => () => void, value: unknown, options: Options) =>
    new Promise((resolve, reject) => {
      const signal = options?.signal;
      const abort = (): void => {
        stop();
        reject(Object.assign(new Error("The operation was aborted", { cause: signal?.reason }), aborted));
      };
      const stop = begin(() => {
        signal?.removeEventListener("abort", abort);
        resolve(value);
      });
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort, { once: true });
    });
  return {
    setTimeout: (delayMs = 0, value?: unknown, options?: Options) => {
      const on = time();
      return waiting(
        (resolve) => {
          const order = on.start(resolve, delayMs, false);
          return () => on.stop(order);
        },
        value,
        options,
      );
    },
    setImmediate: (value?: unknown, options?: Options) =>
      waiting(
        (resolve) => {
          time().immediately(resolve);
          return () => undefined;
        },
        value,
        options,
      ),
  };
}

const aborted = { name: "AbortError", code: "ABORT_ERR" };

function dateOf(time: () => VirtualTime): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [time().nowMs] : args, newTarget) as object,
    apply: (target) => new target(time().nowMs).toString(),
    get: (target, name, receiver) =>
      name === "now" ? () => time().nowMs : (Reflect.get(target, name, receiver) as unknown),
  });
}
