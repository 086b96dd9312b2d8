import { matches, type RecordedEvent } from "@leftfold/core";
import {
  type AggregateRefs,
  type AnyEventSource,
  boundaryQuery,
  type Decision,
  emitterOf,
  eventReader,
} from "@leftfold/event-sourcing";
import { mapRefs } from "./folded-histories.ts";
import { type History, recordHistories } from "./happened.ts";
import { type GivenHistories, outcomeOfSeveral } from "./outcome-of-several.ts";

export function givenDecision<
  Input,
  Sources extends readonly AnyEventSource[],
  State,
  Refs extends AggregateRefs,
>(decision: Decision<Input, Sources, State, Refs>, given: readonly History[]): GivenHistories<Input> {
  const log = recordHistories(given);
  return {
    when(input) {
      const declared = decision.aggregates(input);
      // Each name has the emitter of its aggregate: what the mapped type of `OfRefs` says.
      const emitters = mapRefs(declared, emitterOf) as Parameters<typeof decision.decide>[1];
      const outcome = decision.decide(stateOf(decision, input, log), emitters, input);
      return outcomeOfSeveral({ name: decision.name, given, input, outcome, declared: [declared] });
    },
  };
}

/** The state that the events inside the boundary fold to. */
function stateOf<Input, State>(
  decision: Pick<Decision<Input, readonly AnyEventSource[], State>, "of" | "evolve" | "boundary" | "initial">,
  input: Input,
  log: readonly RecordedEvent[],
): State {
  const { of, evolve, boundary, initial } = decision;
  const query = boundaryQuery(of, Object.keys(evolve), boundary(input));
  const reader = eventReader(of);
  return log.reduce((state, recorded) => {
    const event = matches(query, recorded) ? reader.decode(recorded) : undefined;
    const step = event && evolve[event.type];
    return step === undefined ? state : step(state, event?.data);
  }, initial);
}
