import type { LockstepReport } from "@leftfold/testing";

/** Tells what was done, with the seed: also of what went well, to be had again. */
export function report(what: string, done: LockstepReport): LockstepReport {
  const { seed, sequences, commands } = done;
  process.stderr.write(`${what} in lockstep: ${commands} commands in ${sequences} sequences, seed ${seed}\n`);
  return done;
}
