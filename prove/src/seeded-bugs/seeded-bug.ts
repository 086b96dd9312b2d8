/** A mistake that somebody could have made, as an edit of the sources: what a check that bites has to find. */
export interface SeededBug {
  /** What it is asked for by, in kebab-case. */
  readonly name: string;
  /** What was forgotten or mixed up, in one sentence. */
  readonly mistake: string;
  readonly edits: readonly SourceEdit[];
  /** The kinds of runs that are to find it, the one that is likeliest first. */
  readonly huntedBy: readonly HuntKind[];
}

/**
 * The kinds of runs in which bugs are hunted: a storm over two stores of one process; servers, databases and connections that are
 * broken under a storm; runners of a projection or of a process
 * manager that are killed.
 */
export type HuntKind = "storm" | "faults" | "killed-runners" | "killed-processes";

/** One piece of one source file, and what it is replaced by. */
export interface SourceEdit {
  /** From the root of the repository. */
  readonly file: string;
  /** Exactly once in the file, or the bug cannot be seeded. */
  readonly find: string;
  readonly replace: string;
}
