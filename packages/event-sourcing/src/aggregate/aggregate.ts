import type { ProposedEvent } from "@leftfold/core";
import type { SnapshotPolicy } from "../snapshots.ts";
import type { ReadableEvent } from "./event-decoding.ts";
import type { EmittedOf, EventData, EventInput, EventOf, EventSchemas } from "./event-schemas.ts";
import type { EmissionOptions } from "./handle.ts";
import type { Outcome } from "./outcome.ts";

/** What reads and writes the events of one aggregate type. Every aggregate is one. */
export interface EventSource<Type extends string = string, E extends EventSchemas = EventSchemas> {
  /** The aggregate's type, as it is recorded. */
  readonly type: Type;
  /** The schema of each event's data, by event type. */
  readonly events: E;
  readonly eventTypes: readonly (keyof E & string)[];
  /**
   * The event with its data in the current version; undefined for an unknown event that is to be skipped.
   *
   * @throws `unknown-event`, `newer-event-version`, `undecodable-event`.
   */
  decode(event: ReadableEvent): EventOf<E> | undefined;
  /**
   * The event as it is proposed to the store: validated, encoded, tagged.
   *
   * @throws `invalid-event-data`.
   */
  encode(event: EmittedOf<E>, aggregateId: string): ProposedEvent;
}

/** What has a state that is folded from its events. */
export interface Foldable<
  Type extends string = string,
  E extends EventSchemas = EventSchemas,
  State = unknown,
> extends EventSource<Type, E> {
  /** The state before the first event. Frozen. */
  readonly initial: State;
  /** The version of the state's shape; snapshots of other versions are not used. */
  readonly stateVersion: number;
  readonly snapshot: SnapshotPolicy<State> | undefined;
  /** The state after an event. */
  apply(state: State, event: EventOf<E>): State;
  /** The state after a recorded event: decoded and applied in one step. */
  replay(state: State, event: ReadableEvent): State;
}

/** One instance of an aggregate: its definition and its id. */
export interface AggregateRef<
  E extends EventSchemas = EventSchemas,
  State = unknown,
  Type extends string = string,
> {
  readonly aggregate: Foldable<Type, E, State>;
  readonly aggregateId: string;
}

// The same of any aggregate: whatever its events and its state are. A type of its own, since the generic ones
// compare by their arguments, and none of these is an argument that all others could be put in the place of.

export interface AnyEventSource {
  readonly type: string;
  readonly events: EventSchemas;
  readonly eventTypes: readonly string[];
  decode(event: ReadableEvent): EventOf<EventSchemas> | undefined;
  encode(event: EmittedOf<EventSchemas>, aggregateId: string): ProposedEvent;
}

export interface AnyFoldable extends AnyEventSource {
  readonly initial: unknown;
  readonly stateVersion: number;
  readonly snapshot: SnapshotPolicy | undefined;
  apply(state: unknown, event: EventOf<EventSchemas>): unknown;
  replay(state: unknown, event: ReadableEvent): unknown;
}

export interface AnyAggregateRef {
  readonly aggregate: AnyFoldable;
  readonly aggregateId: string;
}

/** What each event does to the state. Pure, and exhaustive. */
export type Evolve<E extends EventSchemas, State> = {
  readonly [K in keyof E]: (state: State, data: EventData<E[K]>) => State;
};

/** What can be asked of an aggregate: state and arguments in, events out. Pure. */
export type Commands<E extends EventSchemas, State> = Readonly<
  Record<string, (state: State, ...args: never[]) => Outcome<E>>
>;

/** A consistency boundary: its events, the state that they fold to, and the commands that emit them. */
export interface Aggregate<Type extends string, E extends EventSchemas, State, C extends Commands<E, State>>
  extends Foldable<Type, E, State> {
  readonly evolve: Evolve<E, State>;
  readonly commands: C;
  /** Names one instance, for commands over several aggregates. */
  ref(aggregateId: string): AggregateRef<E, State, Type>;
  /**
   * Names one event, for scenarios that share it and for commands outside of the definition. Its data is
   * checked by the compiler here, and by its schema when it is written.
   */
  event<K extends keyof E & string>(
    type: K,
    data: EventInput<E[K]>,
    options?: EmissionOptions,
  ): EmittedOf<E, K>;
}
