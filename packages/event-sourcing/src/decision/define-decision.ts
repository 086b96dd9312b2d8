import {
  type AggregateAppend,
  type AppendResult,
  any,
  type EventQueryItem,
  type EventStore,
} from "@leftfold/core";
import type { AnyAggregateRef, AnyEventSource } from "../aggregate/aggregate.ts";
import { decodedOf } from "../aggregate/appended.ts";
import type { EventsOf } from "../aggregate/event-reader.ts";
import { frozen } from "../aggregate/frozen.ts";
import { type Emission, emitterOf } from "../aggregate/handle.ts";
import { isRejection } from "../aggregate/outcome.ts";
import { type EventsOfRefs, eventsAt } from "../command/aggregate-events.ts";
import { type AggregateRefs, distinctRefs, keyOf, mapRefs, type OfRefs } from "../command/aggregate-refs.ts";
import type { CommandOptions } from "../command/command-options.ts";
import type { CommandOutcome } from "../command/define-command.ts";
import { eventsByAggregate } from "../command/emissions.ts";
import type { Executable, Preparation } from "../command/execute.ts";
import type { Plan } from "../command/run-command.ts";
import { InvalidDefinitionError } from "../errors.ts";
import { boundaryQuery, type Fold, type Folded, foldBoundary } from "./boundary.ts";

/**
 * What each event of a decision's boundary does to its state. An event that is left out does nothing to it.
 */
export type DecisionEvolve<Sources extends readonly AnyEventSource[], State> = {
  readonly [K in EventsOf<Sources>["type"]]?: (
    state: State,
    data: Extract<EventsOf<Sources>, { readonly type: K }>["data"],
  ) => State;
};

/** What is said of a decision. */
export interface DecisionDefinition<
  Input,
  Sources extends readonly AnyEventSource[],
  State,
  Refs extends AggregateRefs,
  V extends DecisionEvolve<Sources, State> = DecisionEvolve<Sources, State>,
> {
  /** What it is called in errors and hooks. */
  readonly name: string;
  /** The definitions whose events it looks at. */
  readonly of: Sources;
  /**
   * Which of their events it rests on, such as `{ tags: ["course:c1"] }`; several items are alternatives. An
   * item without `eventTypes` means those that `evolve` names.
   */
  readonly boundary: (input: Input) => EventQueryItem | readonly EventQueryItem[];
  /** The state before the first event, or a function that gives it. Frozen. */
  readonly initial: State | (() => State);
  readonly evolve: NoInfer<V>;
  /** The aggregates that it may write to. Nothing is expected of them: the boundary is what is checked. */
  readonly aggregates: (input: NoInfer<Input>) => Refs;
  /** Decides. Pure: it runs again after a conflict. */
  readonly decide: (
    state: State,
    aggregates: OfRefs<"emitter", Refs>,
    input: NoInfer<Input>,
  ) => CommandOutcome;
}

/** A decision whose consistency boundary is a query instead of an aggregate. */
export interface Decision<
  Input,
  Sources extends readonly AnyEventSource[] = readonly AnyEventSource[],
  State = unknown,
  Refs extends AggregateRefs = AggregateRefs,
> extends Executable<Input, EventsOfRefs<Refs>>,
    Omit<DecisionDefinition<Input, Sources, State, Refs>, "initial"> {
  readonly kind: "decision";
  readonly name: string;
  readonly initial: State;
}

/**
 * Defines a decision that no aggregate owns, such as "this name is free" or "the course has a place left": it
 * folds the events that a query selects, and what it emits is appended only if no further one has come by
 * then.
 *
 * @throws `invalid-definition` for an empty name, or for no definitions in `of`.
 */
export function defineDecision<
  Input,
  const Sources extends readonly AnyEventSource[],
  State,
  Refs extends AggregateRefs,
  // Never inferred: see `defineAggregate`.
  V extends DecisionEvolve<Sources, State>,
>(definition: DecisionDefinition<Input, Sources, State, Refs, V>): Decision<Input, Sources, State, Refs> {
  const { name, of, initial } = definition;
  if (name === "") throw new InvalidDefinitionError("A decision's name is empty. Give it a name.");
  if (of.length === 0) {
    throw new InvalidDefinitionError(`${name} looks at the events of no aggregate. Name one in its \`of\`.`);
  }
  const decision: Decision<Input, Sources, State, Refs> = {
    ...definition,
    kind: "decision",
    // A state is data: a function is the other half of the union.
    initial: frozen(typeof initial === "function" ? (initial as () => State)() : (initial as State)),
    prepare: (store, input, options) => prepareDecision(store, decision, input, options),
  };
  return Object.freeze(decision);
}

function prepareDecision<Input, Sources extends readonly AnyEventSource[], State, Refs extends AggregateRefs>(
  store: EventStore,
  decision: Decision<Input, Sources, State, Refs>,
  input: Input,
  options: CommandOptions,
): Preparation<EventsOfRefs<Refs>> {
  const { of, boundary, evolve, initial } = decision;
  const query = boundaryQuery(of, Object.keys(evolve), boundary(input));
  let folded: Folded<State> = { state: initial, position: 0n };
  return {
    // What was folded stays true; after a conflict only what came since is read.
    async plan() {
      // The mapped type of `evolve` says of each name what `Fold` says of all.
      folded = await foldBoundary(store, of, query, evolve as Fold<State>, folded, options);
      const plan = planOf(decision, input, folded.state);
      return { ...plan, conditions: [{ failIfMatches: query, after: folded.position }] };
    },
  };
}

function planOf<Input, Sources extends readonly AnyEventSource[], State, Refs extends AggregateRefs>(
  { name, aggregates, decide }: Decision<Input, Sources, State, Refs>,
  input: Input,
  state: State,
): Plan<EventsOfRefs<Refs>> {
  const declared = aggregates(input);
  const refs = distinctRefs(declared);
  // Each name has the emitter of its aggregate: what the mapped type says.
  const made = new Set<Emission>();
  const emitters = mapRefs(declared, (ref) => emitterOf(ref, made)) as OfRefs<"emitter", Refs>;
  const outcome = decide(state, emitters, input);
  if (isRejection(outcome)) return { rejection: outcome, appends: [], isTorn: false };
  const events = eventsByAggregate(name, outcome, refs, made);
  const written = refs.filter((ref) => events.get(keyOf(ref))!.length > 0);
  const appends = written.map((ref) => appendAnywhere(ref, events.get(keyOf(ref))!));
  // Decoded before it is written: what its own definition cannot read is never recorded.
  const decoded = written.map(({ aggregate }, i) => decodedOf(aggregate, appends[i]!, 0n));
  // Each aggregate has its own events: what the mapped type says.
  const recorded = (result: AppendResult) => eventsAt(decoded, result) as readonly EventsOfRefs<Refs>[];
  // All was read in one read, which is a snapshot.
  return { appends, isTorn: false, recorded };
}

function appendAnywhere(
  { aggregate, aggregateId }: AnyAggregateRef,
  events: readonly Parameters<typeof aggregate.encode>[0][],
): AggregateAppend {
  return {
    aggregateType: aggregate.type,
    aggregateId,
    expected: any,
    events: events.map((event) => aggregate.encode(event, aggregateId)),
  };
}
