import fc from "fast-check";
import { freshSeed } from "../builders/seeded-random.ts";
import { Divergence, LockstepFailure } from "./lockstep-failure.ts";
import type { LockstepOptions, LockstepReport } from "./lockstep-options.ts";
import type { Contestant, LockstepPort } from "./lockstep-port.ts";
import { runSequence } from "./run-sequence.ts";

/**
 * Does generated sequences of commands with a model and with implementations of a port, side by side: after
 * each command all have to have answered alike, with results and with errors.
 *
 * @throws {@link LockstepFailure} with the shortest sequence found that shows a difference.
 */
export async function lockstep<Side extends AsyncDisposable, Command>(
  port: LockstepPort<Side, Command>,
  [model, ...implementations]: readonly [Contestant<Side>, ...Contestant<Side>[]],
  options: LockstepOptions,
): Promise<LockstepReport> {
  const { runs = 100, commandsMax = 40, answerMsMax = 30_000, shrinkMsMax = 30_000 } = options;
  // fast-check takes 32 bits with a sign, and tells others than those that it was given.
  const seed = (options.seed ?? freshSeed()) | 0;
  const patience = new Patience(shrinkMsMax);
  let commandCount = 0;
  const property = fc.asyncProperty(
    fc.array(port.command, { minLength: 1, maxLength: commandsMax, size: "max" }),
    async (commands) => {
      if (patience.isOver) return;
      commandCount += commands.length;
      try {
        await runSequence(port, { model, implementations, answerMsMax }, commands);
      } catch (error) {
        patience.begin();
        throw error;
      }
    },
  );
  const { path } = options;
  const details = await fc.check(property, { numRuns: runs, seed, ...(path !== undefined && { path }) });
  if (!details.failed) return { seed, sequences: details.numRuns, commands: commandCount };
  const { errorInstance: reason, counterexamplePath } = details;
  if (!(reason instanceof Divergence)) throw reason;
  throw new LockstepFailure(port.name, reason, { seed, path: counterexamplePath ?? "" });
}

/** For how long a failing sequence is made shorter. What is left is then taken for passing, which ends it. */
class Patience {
  readonly #limitMs: number;
  #endsAtMs = Number.POSITIVE_INFINITY;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  get isOver(): boolean {
    return performance.now() > this.#endsAtMs;
  }

  /** Counts from the first failure. */
  begin(): void {
    this.#endsAtMs = Math.min(this.#endsAtMs, performance.now() + this.#limitMs);
  }
}
