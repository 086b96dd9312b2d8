import { type Outcome, outcomeOf } from "../contract/outcome.ts";
import { lineDiff } from "../given-when-then/diff/line-diff.ts";
import { Divergence } from "./lockstep-failure.ts";
import type { Action, Contestant, LockstepPort } from "./lockstep-port.ts";
import { shownLines } from "./shown.ts";

/** Those that go in lockstep, the model in front. */
export interface Contest<Side extends AsyncDisposable> {
  readonly model: Contestant<Side>;
  readonly implementations: readonly Contestant<Side>[];
  readonly answerMsMax: number;
}

/**
 * Does every command with the model and with all implementations, and then looks at all that there is to see.
 *
 * @throws {@link Divergence} at the first outcome that is not the model's.
 */
export async function runSequence<Side extends AsyncDisposable, Command>(
  { action, sights }: LockstepPort<Side, Command>,
  contest: Contest<Side>,
  commands: readonly Command[],
): Promise<void> {
  const sides: Side[] = [];
  const done: string[] = [];
  const step = async (taken: Action<Side>): Promise<void> => {
    done.push(taken.words);
    await takeStep(taken, sides, contest, done);
  };
  try {
    const model = await contest.model.begin();
    sides.push(model);
    for (const implementation of contest.implementations) sides.push(await implementation.begin());
    for (const command of commands) await step(await action(command, model));
    for (const sight of sights(model)) await step(sight);
  } finally {
    await Promise.all(sides.map((side) => side[Symbol.asyncDispose]()));
  }
}

async function takeStep<Side extends AsyncDisposable>(
  { run }: Action<Side>,
  sides: readonly Side[],
  { implementations, answerMsMax }: Contest<Side>,
  done: readonly string[],
): Promise<void> {
  const [expected, ...actual] = await Promise.all(
    sides.map((side) => answerOf(() => run(side), answerMsMax)),
  );
  const expectedLines = shownLines(expected);
  for (const [i, { name }] of implementations.entries()) {
    const diff = lineDiff(expectedLines, shownLines(actual[i]));
    if (diff !== undefined) throw new Divergence(name, done, diff);
  }
}

/** What a call came to, also when it comes to nothing: then its sequence has to end all the same. */
async function answerOf(call: () => Promise<unknown>, answerMsMax: number): Promise<Outcome | string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, answerMsMax, `no answer within ${answerMsMax} ms`);
  return Promise.race([outcomeOf(call), promise]).finally(() => clearTimeout(timer));
}
