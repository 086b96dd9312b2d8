import type { AppendResult, EventStore } from "@leftfold/core";
import type { AnyAggregateRef } from "../aggregate/aggregate.ts";
import { appendTo } from "../aggregate/appended.ts";
import type { Emission } from "../aggregate/handle.ts";
import { isRejection, type Rejection } from "../aggregate/outcome.ts";
import { InvalidDefinitionError } from "../errors.ts";
import { type EventsOfRefs, eventsAt } from "./aggregate-events.ts";
import { type AggregateRefs, distinctRefs, keyOf, type OfRefs } from "./aggregate-refs.ts";
import type { CommandOptions } from "./command-options.ts";
import { eventsByAggregate } from "./emissions.ts";
import type { Executable, Preparation } from "./execute.ts";
import { Reading } from "./reading.ts";
import type { Plan } from "./run-command.ts";

/** What a command over several aggregates comes to: one event, several, none, or a rejection. */
export type CommandOutcome = Emission | readonly Emission[] | Rejection | undefined;

/** What is said of a command over several aggregates. */
export interface CommandDefinition<Input, Refs extends AggregateRefs, Found extends AggregateRefs> {
  /** What it is called in errors and hooks. */
  readonly name: string;
  /** The aggregates that it reads, and may write to. */
  readonly aggregates: (input: Input) => Refs;
  /**
   * Further aggregates, which only the states of the first ones tell; or a rejection, where they tell that
   * there are none. To be placed before `handle`, for which they are inferred.
   */
  readonly discover?: (states: OfRefs<"state", Refs>, input: NoInfer<Input>) => Found | Rejection;
  /** Decides. Pure: it runs again after a conflict. */
  readonly handle: (
    aggregates: OfRefs<"handle", Refs> & OfRefs<"handle", Found>,
    input: NoInfer<Input>,
  ) => CommandOutcome;
}

/** A command over several aggregates: one decision, one atomic append. */
export interface Command<
  Input,
  Refs extends AggregateRefs = AggregateRefs,
  Found extends AggregateRefs = AggregateRefs,
> extends Executable<Input, EventsOfRefs<Refs, Found>>,
    CommandDefinition<Input, Refs, Found> {
  readonly kind: "command";
  readonly name: string;
}

/**
 * Defines a command over several aggregates. It can write to no others than it declares and discovers; all
 * that it reads are part of the optimistic check, whether it writes to them or not.
 *
 * @throws `invalid-definition` for an empty name.
 */
export function defineCommand<
  Input,
  Refs extends AggregateRefs,
  Found extends AggregateRefs = Record<never, never>,
>(definition: CommandDefinition<Input, Refs, Found>): Command<Input, Refs, Found> {
  if (definition.name === "") throw new InvalidDefinitionError("A command's name is empty. Give it a name.");
  return Object.freeze({
    ...definition,
    kind: "command" as const,
    prepare: (store: EventStore, input: Input, options: CommandOptions) =>
      prepareCommand(store, definition, input, options),
  });
}

function prepareCommand<Input, Refs extends AggregateRefs, Found extends AggregateRefs>(
  store: EventStore,
  definition: CommandDefinition<Input, Refs, Found>,
  input: Input,
  options: CommandOptions,
): Preparation<EventsOfRefs<Refs, Found>> {
  const reading = new Reading(store, options);
  return {
    async plan(conflict) {
      await reading.refresh(conflict);
      return planOf(definition, input, reading);
    },
    committed: () => reading.keepSnapshots(),
  };
}

async function planOf<Input, Refs extends AggregateRefs, Found extends AggregateRefs>(
  { name, aggregates, discover, handle }: CommandDefinition<Input, Refs, Found>,
  input: Input,
  reading: Reading,
): Promise<Plan<EventsOfRefs<Refs, Found>>> {
  const declared = aggregates(input);
  await reading.read(distinctRefs(declared));
  // Without `discover`, `Found` has no names.
  const found = discover?.(reading.states(declared), input) ?? ({} as Found);
  if (isRejection(found)) return unchanged(distinctRefs(declared), reading, found);
  const refs = distinctRefs(declared, found);
  await reading.read(refs);
  const made = new Set<Emission>();
  const outcome = handle({ ...reading.handles(declared, made), ...reading.handles(found, made) }, input);
  // What was emitted before a rejection is not to be recorded.
  if (isRejection(outcome)) return unchanged(refs, reading, outcome);
  const events = eventsByAggregate(name, outcome, refs, made);
  const appends = refs.map((ref) => appendTo(ref, reading.loaded(ref).nonce, events.get(keyOf(ref)) ?? []));
  const foreseen = reading.foresee(refs, appends);
  // Each aggregate has its own events: what the mapped type says.
  const recorded = (result: AppendResult) =>
    eventsAt(foreseen, result) as readonly EventsOfRefs<Refs, Found>[];
  return { appends, isTorn: refs.length > 1, recorded };
}

/** A rejection, which rests on all that was read up to it. */
function unchanged(refs: readonly AnyAggregateRef[], reading: Reading, rejection: Rejection): Plan<never> {
  const appends = refs.map((ref) => appendTo(ref, reading.loaded(ref).nonce, []));
  return { rejection, appends, isTorn: refs.length > 1 };
}
