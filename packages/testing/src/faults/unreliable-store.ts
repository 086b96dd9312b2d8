import {
  type AppendRequest,
  abortable,
  beginCall,
  type CallOptions,
  ConcurrencyConflictError,
  type EventStore,
  UnavailableError,
} from "@leftfold/core";
import { SeededRandom } from "../builders/seeded-random.ts";
import { faultyStore } from "./faulty-backend.ts";
import { inventedViolations } from "./invented-violations.ts";

/** What an unreliable store did, other than answer. */
export type InjectedFault = "conflict" | "failure before" | "failure after" | "broken read" | "delay";

/** How often what goes wrong: each a probability from 0 to 1. */
export interface UnreliableStoreOptions {
  /** What is drawn from; a fresh seed when absent. Equal seeds do the same to equal calls in equal order. */
  readonly seed?: number | undefined;
  /**
   * An append is refused as if somebody else had just written; 0.2 when absent. Only one that expects an
   * exact nonce, or has a condition with `after`: what else an append expects may mean to its writer more
   * than that it has to look again.
   */
  readonly conflictRate?: number | undefined;
  /** A call fails with `unavailable` and does nothing; 0.1 when absent. */
  readonly failureBeforeRate?: number | undefined;
  /** An append fails with `unavailable` after it took effect; 0.1 when absent. */
  readonly failureAfterRate?: number | undefined;
  /** A read or a subscription breaks off with `unavailable` after some events; 0.1 when absent. */
  readonly brokenReadRate?: number | undefined;
  /** A call begins late; 0.2 when absent. */
  readonly delayRate?: number | undefined;
  /** The longest delay; 5 milliseconds when absent. */
  readonly delayMsMax?: number | undefined;
  /**
   * After so many failures in a row a call is left alone, so that bounded retries get through; 3 when absent.
   */
  readonly faultsInARowMax?: number | undefined;
}

export interface UnreliableStore extends EventStore {
  /** The seed that was drawn from: to be told when a test fails. */
  readonly seed: number;
  /** What was done so far, in order. */
  readonly faults: readonly InjectedFault[];
}

/**
 * A store that does what the contract allows and applications like to forget: it conflicts, fails before and
 * after an append took effect, breaks reads off, and takes its time. It never does what a store may not do:
 * an append that took effect is answered with its result when it is repeated under its idempotency key.
 */
export function unreliableStore(store: EventStore, options: UnreliableStoreOptions = {}): UnreliableStore {
  const faults = new Faults(options);
  const unreliable = faultyStore(
    store,
    (sound) => ({
      append: (request, callOptions) => faults.append(sound, request, callOptions),
      head: async (callOptions) => {
        await faults.begin(callOptions);
        return await sound.head(callOptions);
      },
      readStream: (request, callOptions) => faults.read(sound.readStream(request, callOptions), callOptions),
      readAll: (request, callOptions) => faults.read(sound.readAll(request, callOptions), callOptions),
      subscribe: (request, callOptions) => faults.read(sound.subscribe(request, callOptions), callOptions),
    }),
    () => true,
  );
  return Object.assign(unreliable, { seed: faults.seed, faults: faults.injected });
}

/** Events that a read that breaks off gives before at most. */
const eventsBeforeBreakMax = 10;

class Faults {
  readonly injected: InjectedFault[] = [];
  readonly seed: number;
  readonly #random: SeededRandom;
  readonly #options: UnreliableStoreOptions;
  /** The idempotency keys of appends that took effect. */
  readonly #recorded = new Set<string>();
  #inARow = 0;

  constructor(options: UnreliableStoreOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.seed = this.#random.seed;
  }

  async append(
    store: EventStore,
    request: AppendRequest,
    options: CallOptions | undefined,
  ): ReturnType<EventStore["append"]> {
    const { conflictRate = 0.2, failureAfterRate = 0.1 } = this.#options;
    await this.begin(options);
    const violations = this.#isRecorded(request) ? [] : inventedViolations(request);
    if (violations.length > 0 && this.#strikes("conflict", conflictRate)) {
      throw new ConcurrencyConflictError(violations);
    }
    const result = await store.append(request, options);
    if (request.idempotencyKey !== undefined) this.#recorded.add(request.idempotencyKey);
    if (this.#strikes("failure after", failureAfterRate)) throw unavailable();
    this.#inARow = 0;
    return result;
  }

  async *read<T>(messages: AsyncIterable<T>, options: CallOptions | undefined): AsyncGenerator<T, void> {
    await this.begin(options);
    const { brokenReadRate = 0.1 } = this.#options;
    const breaks = this.#strikes("broken read", brokenReadRate);
    let left = breaks ? this.#random.below(eventsBeforeBreakMax + 1) : Number.POSITIVE_INFINITY;
    if (!breaks) this.#inARow = 0;
    for await (const message of messages) {
      if (left-- === 0) break;
      yield message;
    }
    if (breaks) throw unavailable();
  }

  /** What may happen in front of every call. */
  async begin(options: CallOptions | undefined): Promise<void> {
    const { delayRate = 0.2, delayMsMax = 5, failureBeforeRate = 0.1 } = this.#options;
    if (this.#random.chance(delayRate)) {
      this.injected.push("delay");
      await delay(1 + this.#random.below(delayMsMax), options);
    }
    if (this.#strikes("failure before", failureBeforeRate)) throw unavailable();
  }

  #isRecorded({ idempotencyKey }: AppendRequest): boolean {
    return idempotencyKey !== undefined && this.#recorded.has(idempotencyKey);
  }

  #strikes(fault: InjectedFault, rate: number): boolean {
    const { faultsInARowMax = 3 } = this.#options;
    if (!this.#random.chance(rate) || this.#inARow >= faultsInARowMax) return false;
    this.#inARow++;
    this.injected.push(fault);
    return true;
  }
}

/** Waits, for no longer than the caller would. */
async function delay(delayMs: number, options: CallOptions | undefined): Promise<void> {
  const call = beginCall(options);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delayMs);
  try {
    await abortable(promise, call.signal);
  } finally {
    clearTimeout(timer);
    call.end();
  }
}

function unavailable(): UnavailableError {
  return new UnavailableError("The store cannot be reached, as the test wants it. Try again.");
}
