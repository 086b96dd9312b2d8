import type { Emission } from "../aggregate/handle.ts";
import type { Rejection } from "../aggregate/outcome.ts";
import { InvalidDefinitionError } from "../errors.ts";
import type { AggregateRefs, OfRefs } from "./aggregate-refs.ts";

/** What a command over several aggregates comes to: one event, several, none, or a rejection. */
export type CommandOutcome = Emission | readonly Emission[] | Rejection | undefined;

/** What is said of a command over several aggregates. */
export interface CommandDefinition<Input, Refs extends AggregateRefs, Found extends AggregateRefs> {
  /** What it is called in errors and hooks. */
  readonly name: string;
  /** The aggregates that it reads, and may write to. */
  readonly aggregates: (input: Input) => Refs;
  /**
   * Further aggregates, which only the states of the first ones tell. To be placed before `handle`, for which
   * they are inferred.
   */
  readonly discover?: (states: OfRefs<"state", Refs>, input: NoInfer<Input>) => Found;
  /** Decides. Pure: it runs again after a conflict. */
  readonly handle: (
    aggregates: OfRefs<"handle", Refs> & OfRefs<"handle", Found>,
    input: NoInfer<Input>,
  ) => CommandOutcome;
}

/** A command over several aggregates: one decision, one atomic append. */
export type Command<
  Input,
  Refs extends AggregateRefs = AggregateRefs,
  Found extends AggregateRefs = AggregateRefs,
> = Readonly<CommandDefinition<Input, Refs, Found>>;

/**
 * Defines a command over several aggregates. It can write to no others than it declares and discovers; all that
 * it reads are part of the optimistic check, whether it writes to them or not.
 *
 * @throws `invalid-definition` for an empty name.
 */
export function defineCommand<
  Input,
  Refs extends AggregateRefs,
  Found extends AggregateRefs = Record<never, never>,
>(definition: CommandDefinition<Input, Refs, Found>): Command<Input, Refs, Found> {
  if (definition.name === "") throw new InvalidDefinitionError("A command's name is empty. Give it a name.");
  return Object.freeze({ ...definition });
}
