import type {
  Aggregate,
  AggregateRefs,
  Command,
  Commands,
  EmittedOf,
  EventSchemas,
} from "@leftfold/event-sourcing";
import { type GivenAggregate, givenAggregate } from "./given-aggregate.ts";
import { givenCommand } from "./given-command.ts";
import type { History } from "./happened.ts";
import type { GivenHistories } from "./outcome-of-several.ts";

/**
 * Begins a scenario of an aggregate: `given(Account, [opened]).when("deposit", 100).then([deposited])`. What is given and what
 * comes out is validated, encoded and read again by the definition, as in production; there is no store.
 *
 * @param events what happened before; nothing when absent.
 * @throws `invalid-event-data` for an event that the aggregate would not write.
 */
export function given<E extends EventSchemas, State, C extends Commands<E, State>>(
  aggregate: Aggregate<string, E, State, C>,
  events?: readonly EmittedOf<NoInfer<E>>[],
  options?: { readonly aggregateId?: string },
): GivenAggregate<E, State, C>;

/**
 * Begins a scenario of a command over several aggregates:
 * `given(transfer, happened(Account.ref("ann"), [deposited])).when({ from: "ann", to: "bob", amount: 30 }).then(…)`.
 */
export function given<Input, Refs extends AggregateRefs, Found extends AggregateRefs>(
  command: Command<Input, Refs, Found>,
  ...histories: readonly History[]
): GivenHistories<Input>;

export function given(definition: object, ...rest: readonly unknown[]): unknown {
  if (isCommand(definition)) return givenCommand(definition, rest as readonly History[]);
  const [events = [], { aggregateId = "an-id" } = {}] = rest as AggregateScenario;
  return givenAggregate(definition as AnyAggregate, events, aggregateId);
}

function isCommand(definition: object): definition is Command<unknown> {
  return "kind" in definition && definition.kind === "command";
}

// What the overloads take, as their common implementation sees it.
type AnyAggregate = Aggregate<string, EventSchemas, unknown, Commands<EventSchemas, unknown>>;
type AggregateScenario = [
  events?: readonly EmittedOf<EventSchemas>[],
  options?: { readonly aggregateId?: string },
];
