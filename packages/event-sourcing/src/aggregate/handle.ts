import type { Loaded } from "../snapshots.ts";
import type { AggregateRef, AnyAggregateRef } from "./aggregate.ts";
import type { EmittedOf, EventInput, EventSchemas } from "./event-schemas.ts";

/** An event on its way to an aggregate. It is written when the command returns it. */
export interface Emission {
  readonly ref: AnyAggregateRef;
  readonly event: EmittedOf<EventSchemas>;
}

/** What an emitted event may carry beside its data. */
export interface EmissionOptions {
  /** Indexed labels beside those that the definition gives. */
  readonly tags?: readonly string[];
  /** When it happened; the time of recording when absent. */
  readonly occurredAt?: Date;
}

/** An aggregate that can be written to. */
export interface AggregateEmitter<E extends EventSchemas> {
  readonly aggregateId: string;
  /** Makes an event of the aggregate, for the command to return. */
  emit<K extends keyof E & string>(type: K, data: EventInput<E[K]>, options?: EmissionOptions): Emission;
}

/** An aggregate that was loaded for a command. */
export interface AggregateHandle<E extends EventSchemas, State> extends AggregateEmitter<E>, Loaded<State> {}

/**
 * Lets events be emitted for an aggregate.
 *
 * @param made is given every emission, so that one that was forgotten is found.
 */
export function emitterOf<E extends EventSchemas>(
  ref: AggregateRef<E>,
  made?: Set<Emission>,
): AggregateEmitter<E> {
  return {
    aggregateId: ref.aggregateId,
    emit(type, data, options) {
      // The signature has the data agree with the type; the pair is checked again when it is encoded.
      const emission = { ref, event: { ...options, type, data } };
      made?.add(emission);
      return emission;
    },
  };
}

/** What a command sees of an aggregate: pure data and a way to name events, so that tests can make one. */
export function handleOf<E extends EventSchemas, State>(
  ref: AggregateRef<E, State>,
  { state, nonce }: Loaded<State>,
  made?: Set<Emission>,
): AggregateHandle<E, State> {
  return { ...emitterOf<E>(ref, made), state, nonce };
}
