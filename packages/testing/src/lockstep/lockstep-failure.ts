/** Where an implementation and the model part in one sequence. */
export class Divergence extends Error {
  /** The implementation's name. */
  readonly implementation: string;
  /** What was done, in order; the last of them came out differently. */
  readonly actions: readonly string[];
  /** Lines of the model with `-`, of the implementation with `+`. */
  readonly diff: string;

  constructor(implementation: string, actions: readonly string[], diff: string) {
    super(`${implementation} differs from the model.`);
    this.name = "Divergence";
    this.implementation = implementation;
    this.actions = actions;
    this.diff = diff;
  }
}

/** The sequence that shows a difference, and what draws it again. */
export interface Replay {
  readonly seed: number;
  readonly path: string;
}

/** An implementation of a port does not do what the model of it does, as a short sequence shows. */
export class LockstepFailure extends Error {
  readonly seed: number;
  /** Names the sequence among those of the seed. */
  readonly path: string;
  readonly implementation: string;
  /** What was done, in order; the last of them came out differently. */
  readonly actions: readonly string[];

  constructor(port: string, { implementation, actions, diff }: Divergence, { seed, path }: Replay) {
    const numbered = actions.map((action, i) => `  ${i + 1}. ${action}`);
    super(
      [
        `${implementation} does not do what ${port} promises:`,
        numbered.join("\n"),
        `The last one came out differently (- the model, + ${implementation}):`,
        diff,
        `To have it again: seed ${seed}, path "${path}".`,
      ].join("\n\n"),
    );
    this.name = "LockstepFailure";
    this.seed = seed;
    this.path = path;
    this.implementation = implementation;
    this.actions = actions;
  }
}
