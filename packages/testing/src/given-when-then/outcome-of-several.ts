import { type AggregateRefs, type CommandOutcome, isRejection } from "@leftfold/event-sourcing";
import { renderValue } from "./diff/render-value.ts";
import { emittedHistories, shownHistories, toldHistories } from "./emitted-histories.ts";
import type { History } from "./happened.ts";
import { shownRejection } from "./rejection.ts";
import { assertAlike } from "./scenario-failure.ts";

/** A command or a decision, after what happened to aggregates. */
export interface GivenHistories<Input> {
  /** Decides with the states that the events folded to. */
  when(input: Input): OutcomeOfSeveral;
}

/** What a command over several aggregates, or a decision, came to. */
export interface OutcomeOfSeveral {
  /**
   * Expects that these events are written and no others: in this order for each aggregate; their tags and times where they are
   * named here. None at all: `then()`.
   *
   * @throws `ScenarioFailure` with the difference.
   */
  then(...expected: readonly History[]): void;
  /**
   * Expects that it decided against itself for this reason, and with this detail where one is given.
   *
   * @throws `ScenarioFailure` with what came instead.
   */
  thenRejects(code: string, ...detail: [detail?: unknown]): void;
}

/** What was decided, and of what. */
export interface DecidedOfSeveral {
  readonly name: string;
  readonly given: readonly History[];
  readonly input: unknown;
  readonly outcome: CommandOutcome;
  /** The aggregates that events may be written to. */
  readonly declared: readonly AggregateRefs[];
}

export function outcomeOfSeveral(decided: DecidedOfSeveral): OutcomeOfSeveral {
  const { name, outcome, declared } = decided;
  const story = {
    given: toldHistories(decided.given),
    when: renderValue(decided.input).map((line, i) => (i === 0 ? `${name} ${line}` : line)),
  };
  const emitted = isRejection(outcome) ? [] : emittedHistories(name, outcome, ...declared);
  return {
    // biome-ignore lint/suspicious/noThenProperty: the word that scenarios are told with; nobody awaits them.
    then(...expected) {
      const actual = isRejection(outcome) ? shownRejection(outcome, true) : shownHistories(emitted, expected);
      const what = `${name} came to something else than the expected events.`;
      assertAlike(what, story, shownHistories(expected, expected), actual);
    },
    thenRejects(code, ...detail) {
      const compares = detail.length > 0;
      const expected = shownRejection({ code, detail: detail[0] }, compares);
      const actual = isRejection(outcome)
        ? shownRejection(outcome, compares || outcome.code !== code)
        : shownHistories(emitted, []);
      assertAlike(`${name} was not rejected as expected.`, story, expected, actual);
    },
  };
}
