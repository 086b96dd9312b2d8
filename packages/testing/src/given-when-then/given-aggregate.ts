import {
  type Aggregate,
  type Commands,
  type EmittedOf,
  type EventSchemas,
  eventsOf,
  isRejection,
  type Outcome,
  type Rejection,
} from "@leftfold/event-sourcing";
import { renderValue } from "./diff/render-value.ts";
import { recordHistories } from "./happened.ts";
import { assertNotAwaited } from "./not-awaited.ts";
import { shownRejection } from "./rejection.ts";
import { renderEvents, writtenEvents } from "./render-events.ts";
import { assertAlike, type Shown, type Story } from "./scenario-failure.ts";

/**
 * What a command takes beside the state; anything where the compiler does not know, because the definition does
 * not compile: it has said so there.
 */
export type ArgumentsOf<Command> = Command extends (
  state: never,
  ...args: infer Args extends readonly unknown[]
) => unknown
  ? [number, Args] extends [Args["length"], readonly never[]]
    ? readonly unknown[]
    : Args
  : never;

/** The reasons for which a command can decide against itself; none when it never does. */
export type RejectionOf<Command> = Command extends (...args: never[]) => infer Result
  ? CodeOf<Extract<Result, Rejection>>
  : never;

type CodeOf<R> = R extends Rejection<infer Code> ? Code : never;

/** An aggregate after some events. */
export interface GivenAggregate<E extends EventSchemas, State, C extends Commands<E, State>> {
  /** Calls a command with the state that the events folded to. */
  when<Name extends keyof C & string>(
    command: Name,
    ...args: ArgumentsOf<C[Name]>
  ): AggregateOutcome<E, State, RejectionOf<C[Name]>>;
  /** @throws `ScenarioFailure` when the state is another. */
  thenState(expected: State): void;
}

/** What a command came to. */
export interface AggregateOutcome<E extends EventSchemas, State, Code extends string> {
  /**
   * Expects these events and no others, in this order; their tags and times where they are named here.
   *
   * @throws `ScenarioFailure` with the difference.
   */
  then(expected: readonly EmittedOf<E>[]): void;
  /**
   * Expects that the command decided against itself for this reason, and with this detail where one is given.
   *
   * @throws `ScenarioFailure` with what came instead.
   */
  thenRejects(code: Code, ...detail: [detail?: unknown]): void;
  /** Expects the state after the command. @throws `ScenarioFailure` with the difference. */
  thenState(expected: State): void;
}

export function givenAggregate<E extends EventSchemas, State, C extends Commands<E, State>>(
  aggregate: Aggregate<string, E, State, C>,
  events: readonly EmittedOf<E>[],
  aggregateId: string,
): GivenAggregate<E, State, C> {
  const ref = { aggregate, aggregateId };
  const given = renderEvents(events);
  const before = fold(ref, aggregate.initial, events);
  return {
    when(command, ...args) {
      // Which arguments go with which command was checked by `ArgumentsOf`; the union of all commands forgets
      // it.
      const decide = aggregate.commands[command] as unknown as (
        state: State,
        ...args: readonly unknown[]
      ) => Outcome<E>;
      const outcome = decide(before, ...(args as readonly unknown[]));
      const when = [`${command}(${args.map((arg) => renderValue(arg).join(" ")).join(", ")})`];
      return outcomeOf({
        ref,
        before,
        outcome,
        name: `${aggregate.type}.${command}`,
        story: { given, when },
      });
    },
    thenState(expected) {
      assertState(aggregate.type, { given, when: [] }, expected, before);
    },
  };
}

interface Decided<E extends EventSchemas, State> {
  readonly ref: {
    readonly aggregate: Aggregate<string, E, State, Commands<E, State>>;
    readonly aggregateId: string;
  };
  readonly before: State;
  readonly outcome: Outcome<E>;
  readonly name: string;
  readonly story: Story;
}

function outcomeOf<E extends EventSchemas, State, Code extends string>(
  decided: Decided<E, State>,
): AggregateOutcome<E, State, Code> {
  const { ref, before, outcome, name, story } = decided;
  return {
    // biome-ignore lint/suspicious/noThenProperty: the word that scenarios are told with; nobody awaits them.
    then(expected) {
      assertNotAwaited(expected);
      const actual = isRejection(outcome)
        ? shownRejection(outcome, true)
        : writtenEvents(ref, eventsOf(outcome), expected);
      const what = `${name} came to something else than the expected events.`;
      assertAlike(what, story, writtenEvents(ref, expected, expected), actual);
    },
    thenRejects(code, ...detail) {
      const compares = detail.length > 0;
      const expected = shownRejection({ code, detail: detail[0] }, compares);
      const actual = isRejection(outcome)
        ? shownRejection(outcome, compares || outcome.code !== code)
        : writtenEvents(ref, eventsOf(outcome), []);
      assertAlike(`${name} was not rejected as expected.`, story, expected, actual);
    },
    thenState(expected) {
      const events = isRejection(outcome) ? [] : eventsOf<E>(outcome);
      assertState(name, story, expected, fold(ref, before, events));
    },
  };
}

function assertState(name: string, story: Story, expected: unknown, actual: unknown): void {
  const shown = (value: unknown): Shown => ({ value, lines: renderValue(value) });
  assertAlike(`The state after ${name} is another.`, story, shown(expected), shown(actual));
}

/** The state after events that were written and read again, as in production. */
function fold<E extends EventSchemas, State>(
  { aggregate, aggregateId }: Decided<E, State>["ref"],
  state: State,
  events: readonly EmittedOf<E>[],
): State {
  const log = recordHistories([{ aggregate, aggregateId, events }]);
  return log.reduce((folded, event) => aggregate.replay(folded, event), state);
}
