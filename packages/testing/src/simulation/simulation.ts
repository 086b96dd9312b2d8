import type { ChoiceKind, Choices } from "./choices.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Something that happened in a schedule. */
export interface Step {
  /** When, in milliseconds since the schedule began. */
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
  /** Whether it was another choice than that of the plain course. */
  readonly isDeviation: boolean;
}

interface Turn {
  readonly who: string;
  readonly what: string;
  readonly go: () => void;
}

export interface SimulationOptions {
  /** Failures in one schedule at most, so that what retries gets through in the end. */
  readonly faultsMax: number;
}

/**
 * A world in which nothing happens by itself: everything at its edge (a statement on its way to the database, a reply on
 * its way back, a failure, the passing of time) is a choice. What runs in between is code as it is, until all of it waits.
 */
export class Simulation {
  readonly #choices: Choices;
  readonly #time: VirtualTime;
  readonly #turns: Turn[] = [];
  readonly #steps: Step[] = [];
  readonly #made: number[] = [];
  #faultsLeft: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(choices: Choices, time: VirtualTime, { faultsMax }: SimulationOptions) {
    this.#choices = choices;
    this.#time = time;
    this.#faultsLeft = faultsMax;
  }

  /** Milliseconds since the schedule began. */
  get nowMs(): number {
    return this.#time.passedMs;
  }

  /** Whether anybody waits for time to pass. */
  get isTimeAwaited(): boolean {
    return this.#time.hasTimers;
  }

  /**
   * Resolves when it is this one's turn. It may have to wait for others that came later, and for time to pass.
   *
   * @param who whose turn it is, such as `server 2`.
   * @param what happens then, such as `the commit arrives`.
   */
  turn(who: string, what: string): Promise<void> {
    return new Promise((resolve) => {
      this.#turns.push({ who, what, go: resolve });
    });
  }

  /** Whether something goes wrong now. At most so often in a schedule. */
  strikes(who: string, fault: string): boolean {
    return this.oneOf(who, [undefined, fault]) !== undefined;
  }

  /** What goes wrong now, of several; the first is that nothing does. */
  oneOf<Fault extends string>(
    who: string,
    faults: readonly [undefined, Fault, ...Fault[]],
  ): Fault | undefined {
    if (this.#faultsLeft === 0) return undefined;
    const choice = this.#choose(faults.length, "fault");
    const fault = faults[choice];
    if (fault === undefined) return undefined;
    this.#faultsLeft--;
    this.#note(who, fault, true);
    return fault;
  }

  /** One of several values, for what a scenario does; the first is the plainest. */
  pick<const Values extends readonly [unknown, ...unknown[]]>(values: Values): Values[number] {
    return values.length === 1 ? values[0] : values[this.#choose(values.length, "value")];
  }

  /** Notes what happened, to be read when the schedule fails. */
  note(who: string, what: string): void {
    this.#note(who, what, false);
  }

  /** Ends the schedule as failed. For where throwing would tell the code that is simulated, and nobody else. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Every choice so far. */
  get made(): readonly number[] {
    return this.#made;
  }

  /** Takes one step: whoever's turn is chosen goes on, or time passes to the next timer. False when there is none to take. */
  step(): boolean {
    const waiting = this.#turns.length;
    const { hasTimers } = this.#time;
    if (waiting === 0 && !hasTimers) return false;
    // Behind all turns, that time passes.
    const choice = waiting + (hasTimers ? 1 : 0) === 1 ? 0 : this.#choose(waiting + 1, "turn");
    const passes = hasTimers && choice === waiting;
    if (passes) {
      this.#time.pass();
      this.#note("time", "passes", waiting > 0);
      return true;
    }
    const at = choice < waiting ? choice : 0;
    const [turn] = this.#turns.splice(at, 1);
    this.#note(turn!.who, turn!.what, at > 0);
    turn!.go();
    return true;
  }

  #choose(count: number, kind: ChoiceKind): number {
    const choice = this.#choices.next(count, kind);
    this.#made.push(choice);
    return choice;
  }

  #note(who: string, what: string, isDeviation: boolean): void {
    this.#steps.push({ atMs: this.#time.passedMs, who, what, isDeviation });
  }
}
