import { type AggregateRefs, type Command, handleOf, isRejection } from "@leftfold/event-sourcing";
import { loadedFrom, mapRefs } from "./folded-histories.ts";
import { type History, recordHistories } from "./happened.ts";
import { type GivenHistories, outcomeOfSeveral } from "./outcome-of-several.ts";

export function givenCommand<Input, Refs extends AggregateRefs, Found extends AggregateRefs>(
  command: Command<Input, Refs, Found>,
  given: readonly History[],
): GivenHistories<Input> {
  const log = recordHistories(given);
  // Each name has what belongs to its aggregate: what the mapped types of `OfRefs` say, and a record of names
  // cannot.
  const statesOf = (refs: AggregateRefs): never =>
    mapRefs(refs, (ref) => loadedFrom(log, ref).state) as never;
  const handlesOf = (refs: AggregateRefs): object =>
    mapRefs(refs, (ref) => handleOf(ref, loadedFrom(log, ref)));
  return {
    when(input) {
      const declared = command.aggregates(input);
      const found = command.discover?.(statesOf(declared), input) ?? {};
      const decided = { name: command.name, given, input };
      if (isRejection(found)) return outcomeOfSeveral({ ...decided, outcome: found, declared: [declared] });
      const handles = { ...handlesOf(declared), ...handlesOf(found) };
      const outcome = command.handle(handles as never, input);
      return outcomeOfSeveral({ ...decided, outcome, declared: [declared, found] });
    },
  };
}
