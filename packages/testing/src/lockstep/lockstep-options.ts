/** How long implementations go in lockstep, and with which sequences. */
export interface LockstepOptions {
  /** Sequences; 100 when absent. */
  readonly runs?: number | undefined;
  /** Commands of one sequence at most; 40 when absent. */
  readonly commandsMax?: number | undefined;
  /** What the sequences are made from; a fresh one when absent. A failure tells it. */
  readonly seed?: number | undefined;
  /** The one sequence that a failure tells beside its seed; all of the seed's when absent. */
  readonly path?: string | undefined;
  /** A command that is not done after so long counts as one without an answer; 30,000 when absent. */
  readonly answerMsMax?: number | undefined;
  /** How long a sequence that fails is made shorter at most; 30,000 when absent. */
  readonly shrinkMsMax?: number | undefined;
}

/** What was found to be alike. */
export interface LockstepReport {
  readonly seed: number;
  readonly sequences: number;
  /** Commands of all sequences, each of them done with every implementation. */
  readonly commands: number;
}
