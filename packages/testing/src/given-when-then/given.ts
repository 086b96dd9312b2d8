import type {
  Aggregate,
  AggregateRefs,
  AnyEventSource,
  Command,
  Commands,
  Decision,
  EmittedOf,
  EventSchemas,
  Process,
  Projection,
} from "@leftfold/event-sourcing";
import { type GivenAggregate, givenAggregate } from "./given-aggregate.ts";
import { givenCommand } from "./given-command.ts";
import { givenDecision } from "./given-decision.ts";
import { type GivenProcess, givenProcess } from "./given-process.ts";
import { type DocumentsByKey, type GivenDocuments, givenProjection } from "./given-projection.ts";
import type { History } from "./happened.ts";
import type { GivenHistories } from "./outcome-of-several.ts";

/**
 * Begins a scenario of a command over several aggregates: `given(transfer, happened(Account.ref("ann"),
 * [deposited])).when({ from: "ann", to: "bob", amount: 30 }).then(…)`.
 */
export function given<Input, Refs extends AggregateRefs, Found extends AggregateRefs>(
  command: Command<Input, Refs, Found>,
  ...histories: readonly History[]
): GivenHistories<Input>;

/** Begins a scenario of a decision, in the same way; what lies outside its boundary it does not see. */
export function given<Input, Sources extends readonly AnyEventSource[], State, Refs extends AggregateRefs>(
  decision: Decision<Input, Sources, State, Refs>,
  ...histories: readonly History[]
): GivenHistories<Input>;

/**
 * Begins a scenario of a projection: `given(balances, { ann: { balance: 1 }
 * }).when(happened(Account.ref("ann"), [deposited])).then({ ann: { balance: 101 } })`.
 *
 * @param documents what is there already; nothing when absent.
 */
export function given<Document extends object>(
  projection: Projection<Document>,
  documents?: DocumentsByKey<NoInfer<Document>>,
): GivenDocuments<Document>;

/**
 * Begins a scenario of a process: `given(payout, happened(…)).when(happened(…)).thenAsks((ask) => …)`. What is
 * given here forms its state, and is not reacted to. Its timers are events of `process.stream`.
 */
export function given<State extends object>(
  process: Process<State>,
  ...histories: readonly History[]
): GivenProcess<State>;

// The last overload is the one that the compiler speaks of when none matches: most scenarios are of aggregates.

/**
 * Begins a scenario of an aggregate: `given(Account, [opened]).when("deposit", 100).then([deposited])`. What
 * is given and what comes out is validated, encoded and read again by the definition, as in production; there
 * is no store.
 *
 * @param events what happened before; nothing when absent.
 * @throws `invalid-event-data` for an event that the aggregate would not write.
 */
export function given<E extends EventSchemas, State, C extends Commands<E, State>>(
  aggregate: Aggregate<string, E, State, C>,
  events?: readonly EmittedOf<NoInfer<E>>[],
  options?: { readonly aggregateId?: string },
): GivenAggregate<E, State, C>;

export function given(definition: object, ...rest: readonly unknown[]): unknown {
  if (isCommand(definition)) return givenCommand(definition, rest as readonly History[]);
  if (isDecision(definition)) return givenDecision(definition, rest as readonly History[]);
  if (isProcess(definition)) return givenProcess(definition, rest as readonly History[]);
  if (isProjection(definition)) {
    const [documents = {}] = rest as readonly [documents?: DocumentsByKey<object>];
    return givenProjection(definition, documents);
  }
  const [events = [], { aggregateId = "an-id" } = {}] = rest as AggregateScenario;
  return givenAggregate(definition as AnyAggregate, events, aggregateId);
}

// What the overloads take, as their common implementation sees it.
type AnyAggregate = Aggregate<string, EventSchemas, unknown, Commands<EventSchemas, unknown>>;
type AggregateScenario = readonly [
  events?: readonly EmittedOf<EventSchemas>[],
  options?: { readonly aggregateId?: string },
];

function isCommand(definition: object): definition is Command<unknown> {
  return "kind" in definition && definition.kind === "command";
}

function isDecision(definition: object): definition is Decision<unknown> {
  return "kind" in definition && definition.kind === "decision";
}

function isProcess(definition: object): definition is Process {
  return "stream" in definition && "reactTo" in definition;
}

function isProjection(definition: object): definition is Projection {
  return "fold" in definition && "sources" in definition;
}
