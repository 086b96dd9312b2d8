/** Somebody else has moved a checkpoint: whoever proposed it works with what is out of date, and has written nothing. */
export class CheckpointConflictError extends Error {
  readonly code = "checkpoint-conflict";
  readonly retryable = false;
  /** What the caller took the checkpoint for. */
  readonly expected: bigint;
  /** What it is. */
  readonly actual: bigint;

  constructor(checkpoint: string, expected: bigint, actual: bigint) {
    super(
      `The checkpoint of ${checkpoint} is ${actual}, not ${expected}: another runner has moved it. Start again from there.`,
    );
    this.name = "CheckpointConflictError";
    this.expected = expected;
    this.actual = actual;
  }
}
