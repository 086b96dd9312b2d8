import type { Loaded } from "../snapshots.ts";
import type { AggregateRef, Foldable } from "./aggregate.ts";
import { advance, appendTo } from "./appended.ts";
import type { EmittedOf, EventInput, EventSchemas } from "./event-schemas.ts";
import type { EmissionOptions } from "./handle.ts";
import { type Rejection, reject } from "./outcome.ts";

/** What a root is made of: which aggregate, and as of when. */
export interface RootOrigin<E extends EventSchemas, State> extends Loaded<State> {
  readonly ref: AggregateRef<E, State>;
}

/** The class that roots of a definition extend. */
export type AggregateRootBase<E extends EventSchemas, State> = {
  readonly aggregate: Foldable<string, E, State>;
} & (abstract new (
  origin: RootOrigin<E, State>,
) => AggregateRoot<E, State>);

/**
 * An aggregate with methods and `this`, on top of a definition:
 * `class BankAccount extends AggregateRoot.of(Account) { … }`. Its methods emit events, which change the
 * state at once and are written when the method that `rootRepository` runs has returned.
 */
export abstract class AggregateRoot<E extends EventSchemas, State> {
  readonly #ref: AggregateRef<E, State>;
  #current: Loaded<State>;
  readonly #emitted: EmittedOf<E>[] = [];

  constructor({ ref, state, nonce }: RootOrigin<E, State>) {
    this.#ref = ref;
    this.#current = { state, nonce };
  }

  /** The class to extend for a definition. */
  static of<E extends EventSchemas, State>(
    aggregate: Foldable<string, E, State>,
  ): AggregateRootBase<E, State> {
    abstract class Root extends AggregateRoot<E, State> {
      static readonly aggregate: Foldable<string, E, State> = aggregate;
    }
    return Root;
  }

  get aggregateId(): string {
    return this.#ref.aggregateId;
  }

  /** The state with all that was emitted by now. */
  get state(): State {
    return this.#current.state;
  }

  /** The nonce of the last event, emitted ones included. */
  get nonce(): bigint {
    return this.#current.nonce;
  }

  /** What was emitted and is not written yet. */
  get emitted(): readonly EmittedOf<E>[] {
    return this.#emitted;
  }

  /** Adds an event. @throws `invalid-event-data`. */
  protected emit<K extends keyof E & string>(
    type: K,
    data: EventInput<E[K]>,
    options?: EmissionOptions,
  ): void {
    // The signature has the data agree with the type.
    const event = { ...options, type, data } as EmittedOf<E>;
    this.#current = advance(this.#ref, this.#current, appendTo(this.#ref, this.#current.nonce, [event]));
    this.#emitted.push(event);
  }

  /** Decides against the command: nothing that was emitted is written. */
  protected reject(code: string, detail?: unknown): never {
    throw new RootRejection(reject(code, detail));
  }
}

/** How a rejection gets out of a method. No error that anybody sees: the repository turns it into one. */
export class RootRejection extends Error {
  readonly rejection: Rejection;
  constructor(rejection: Rejection) {
    super(`Rejected: ${rejection.code}.`);
    this.rejection = rejection;
  }
}
