import type fc from "fast-check";

/** Something that is done with every implementation alike. */
export interface Action<Side> {
  /** What is done, as the report of a difference shows it. */
  readonly words: string;
  /** Does it with one of the implementations, and gives what all of them have to agree on. */
  readonly run: (side: Side) => Promise<unknown>;
}

/** What can be done with the implementations of a port, and what can be seen of them. */
export interface LockstepPort<Side extends AsyncDisposable, Command> {
  readonly name: string;
  readonly command: fc.Arbitrary<Command>;
  /**
   * What a command means for what the model holds now: a command may ask for "the right nonce" or "a cursor
   * of before", so that sequences stay meaningful when commands before are taken out of them.
   */
  readonly action: (command: Command, model: Side) => Promise<Action<Side>>;
  /** What is looked at when the last command was done: all that there is to see. */
  readonly sights: (model: Side) => readonly Action<Side>[];
}

/** One of those that go in lockstep. */
export interface Contestant<Side extends AsyncDisposable> {
  readonly name: string;
  /** Begins a sequence, with nothing written. The side is disposed when the sequence ends. */
  readonly begin: () => Promise<Side>;
}
