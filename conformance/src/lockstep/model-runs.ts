import type { LockstepOptions } from "@leftfold/testing";

/**
 * How long the implementations go in lockstep with their models: as long as is told here, or, by the
 * environment, `LEFTFOLD_MODEL_RUNS` times so long. `LEFTFOLD_MODEL_SEED` and `LEFTFOLD_MODEL_PATH` repeat
 * what a failure tells.
 */
export function modelRuns(runs: number, environment: NodeJS.ProcessEnv = process.env): LockstepOptions {
  const number = (name: string): number | undefined =>
    environment[name] === undefined ? undefined : Number(environment[name]);
  return {
    runs: runs * (number("LEFTFOLD_MODEL_RUNS") ?? 1),
    seed: number("LEFTFOLD_MODEL_SEED"),
    path: environment["LEFTFOLD_MODEL_PATH"],
  };
}
