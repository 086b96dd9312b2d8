import type { Aggregate, Commands, EmittedOf, EventSchemas } from "@leftfold/event-sourcing";
import { type GivenAggregate, givenAggregate } from "./given-aggregate.ts";

export function given<E extends EventSchemas, State, C extends Commands<E, State>>(
  aggregate: Aggregate<string, E, State, C>,
  events: readonly EmittedOf<NoInfer<E>>[] = [],
  { aggregateId = "an-id" }: { readonly aggregateId?: string } = {},
): GivenAggregate<E, State, C> {
  return givenAggregate(aggregate, events, aggregateId);
}
