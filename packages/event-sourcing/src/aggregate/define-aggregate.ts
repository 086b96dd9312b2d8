import type { ProposedEvent } from "@leftfold/core";
import { type Codec, jsonCodec } from "../codec.ts";
import { InvalidDefinitionError } from "../errors.ts";
import type { SnapshotPolicy } from "../snapshots.ts";
import { type Upcasters, upcasterChain } from "../upcasting.ts";
import type { Aggregate, Commands, Evolve } from "./aggregate.ts";
import { checkedNames, checkPolicies } from "./check-definition.ts";
import { type DataReader, dataReader, type ReadableEvent, unknownEvent } from "./event-decoding.ts";
import { type EmittedEvent, type EventWriting, proposedEvent } from "./event-encoding.ts";
import {
  type EmittedOf,
  type EventData,
  type EventOf,
  type EventSchemas,
  unchecked,
} from "./event-schemas.ts";
import { frozen } from "./frozen.ts";
import { commandsOf, type GivenCommands } from "./given-commands.ts";
import type { UnknownCommands } from "./unknown-commands.ts";

/** What is said of an aggregate. */
export interface AggregateDefinition<
  Type extends string,
  E extends EventSchemas,
  State,
  C extends Commands<E, State>,
  V extends Evolve<E, State> = Evolve<E, State>,
> {
  /** The aggregate's type, as it is recorded. */
  readonly type: Type;
  /** A Standard Schema for each event's data, or `eventTypes<…>()`. Schemas validate what is written. */
  readonly events: E;
  /**
   * The state before the first event, or a function that gives it and says in which type:
   * `initial: (): Cart => ({ status: "empty" })`. Frozen, so that no `evolve` can change it for all aggregates.
   */
  readonly initial: State | (() => State);
  /** What each event does to the state. Pure, and exhaustive. */
  readonly evolve: NoInfer<V>;
  /**
   * What can be asked of it, with a call for each event:
   * `(event) => ({ deposit: (_, amount: number) => event("MoneyDeposited", { amount }) })`. A wrong event is an
   * error on its own line. Or with each event as an object:
   * `{ deposit: (_, amount: number) => ({ type: "MoneyDeposited", data: { amount } }) }`. In a body of several
   * lines, the compiler reports a wrong one at the command's name.
   *
   * May be empty: other commands and `repository.execute` can write its events, too.
   */
  readonly commands: GivenCommands<E, C>;
  /** Tags that events of a type get whenever they are written. */
  readonly tags?: {
    readonly [K in keyof E]?: (data: EventData<E[K]>, aggregateId: string) => readonly string[];
  };
  /** JSON when absent. */
  readonly codec?: Codec;
  /** Steps from older versions of an event's data; an event without any has version 1. */
  readonly upcasters?: Upcasters<keyof E & string>;
  /** What to do about a recorded event that `events` does not name; `error` when absent. */
  readonly unknownEvents?: "error" | "skip";
  /** No snapshots when absent. They also need a store: see `repository`. */
  readonly snapshot?: SnapshotPolicy<NoInfer<State>>;
  /** To be raised when the state's shape or meaning changes; 1 when absent. */
  readonly stateVersion?: number;
}

/**
 * Defines an aggregate: one consistency boundary, from which everything else is inferred.
 *
 * @throws `invalid-definition` for an event without a place in `evolve`, and a gap in a chain of upcasters.
 */
export function defineAggregate<
  const Type extends string,
  E extends EventSchemas,
  State,
  C extends UnknownCommands<E, State>,
  // Never inferred, so always `Evolve<E, State>`: but as a parameter it is a context in which literals stay
  // literals.
  V extends Evolve<E, State>,
>(definition: AggregateDefinition<Type, E, State, C, V>): Aggregate<Type, E, State, C> {
  const { type, evolve, codec = jsonCodec, unknownEvents = "error", stateVersion = 1, snapshot } = definition;
  const names = checkedNames(definition);
  checkPolicies(type, snapshot, stateVersion);
  const events = schemasOf(names, definition.events);
  const steps = new Map(names.map((name) => [name, stepOf(definition, codec, name, events[name]!)]));
  // The signature has the data agree with the type.
  const event: Aggregate<Type, E, State, C>["event"] = (eventType, data, options) =>
    ({ type: eventType, data, ...options }) as EmittedOf<E, never>;

  // `steps` has exactly the definition's events; types cannot follow a lookup by name, hence the assertions
  // below.
  const self: Aggregate<Type, E, State, C> = {
    type,
    events: events as E,
    eventTypes: names as readonly (keyof E & string)[],
    initial: frozen(initialState(definition.initial)),
    evolve,
    commands: commandsOf(definition.commands, event),
    stateVersion,
    snapshot,
    ref: (aggregateId) => ({ aggregate: self, aggregateId }),
    event,
    decode(event) {
      const step = known(event);
      if (step === undefined) return undefined;
      return { type: event.eventType, data: step.read(event) } as EventOf<E>;
    },
    encode(event, aggregateId) {
      return encode(event, aggregateId);
    },
    apply: (state, event) => (steps.get(event.type)!.evolve as Apply<State>)(state, event.data),
    replay(state, event) {
      const step = steps.get(event.eventType) ?? known(event);
      return step === undefined ? state : (step.evolve as Apply<State>)(state, step.read(event));
    },
  };
  return Object.freeze(self);

  function known(event: ReadableEvent): EventStep | undefined {
    const step = steps.get(event.eventType);
    if (step === undefined && unknownEvents === "error") throw unknownEvent(event);
    return step;
  }

  function encode(event: EmittedOf<E>, aggregateId: string): ProposedEvent {
    const { type: eventType, ...emitted }: EmittedEvent & { readonly type: string } = event;
    const step = steps.get(eventType);
    if (step !== undefined) return proposedEvent(step, emitted, aggregateId);
    throw new InvalidDefinitionError(
      `A command of ${type} emitted ${JSON.stringify(eventType)}, which is none of its events. ` +
        `Name it in the definition, or emit one of ${names.join(", ")}.`,
    );
  }
}

function initialState<State>(initial: State | (() => State)): State {
  // A state is data: a function is the other half of the union.
  return typeof initial === "function" ? (initial as () => State)() : (initial as State);
}

type Apply<State> = (state: State, data: unknown) => State;

/** All that is known of one event type. */
interface EventStep extends EventWriting {
  readonly read: DataReader;
  readonly evolve: unknown;
}

function stepOf<E extends EventSchemas, State, C extends Commands<E, State>>(
  definition: AggregateDefinition<string, E, State, C>,
  codec: Codec,
  eventType: keyof E & string,
  schema: EventSchemas[string],
): EventStep {
  const { type: aggregateType, evolve, tags, upcasters } = definition;
  const chain = upcasterChain(aggregateType, eventType, upcasters?.[eventType]);
  return {
    aggregateType,
    eventType,
    schema,
    codec,
    eventVersion: chain.currentVersion,
    tagsOf: tags?.[eventType],
    read: dataReader(codec, eventType, chain),
    evolve: evolve[eventType],
  };
}

function schemasOf(names: readonly string[], schemas: EventSchemas): EventSchemas {
  return Object.freeze(Object.fromEntries(names.map((name) => [name, schemas[name] ?? unchecked])));
}
