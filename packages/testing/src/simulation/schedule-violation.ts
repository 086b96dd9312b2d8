import { choicesText } from "./choices.ts";
import type { RanSchedule, ScheduleFailure } from "./run-schedule.ts";
import type { Step } from "./simulation.ts";

/** A schedule under which a scenario breaks, made as plain as it can be. */
export class ScheduleViolation extends Error {
  readonly kind: ScheduleFailure["kind"];
  /** Its choices, to be replayed. */
  readonly schedule: string;
  /** What the schedule was found by, and how many schedules that took. */
  readonly seed: number | undefined;
  readonly schedules: number;
  /** How many choices differ from the plain course, in so many steps. */
  readonly deviations: number;
  readonly #steps: readonly Step[];

  constructor(ran: RanSchedule, found: { readonly seed: number | undefined; readonly schedules: number }) {
    const { error, kind } = ran.failure!;
    const schedule = choicesText(ran.choices);
    const deviations = ran.choices.filter((choice) => choice !== 0).length;
    const what = error instanceof Error ? error.message : String(error);
    const origin = found.seed === undefined ? "" : ` It is what is left of seed ${found.seed}.`;
    super(
      `${what}\n\nThis schedule of ${ran.steps.length} steps shows it. * is where it leaves the plain course.\n\n` +
        `${ran.steps.map(stepText).join("\n")}\n\n` +
        `Run it again: LEFTFOLD_SCHEDULE=${schedule} with the same test.${origin}`,
      { cause: error },
    );
    this.name = "ScheduleViolation";
    this.kind = kind;
    this.schedule = schedule;
    this.seed = found.seed;
    this.schedules = found.schedules;
    this.deviations = deviations;
    this.#steps = ran.steps;
  }

  /** What happened, in order. */
  get steps(): readonly Step[] {
    return this.#steps;
  }
}

function stepText({ atMs, who, what, isDeviation }: Step, i: number): string {
  return `${String(i + 1).padStart(4)} ${isDeviation ? "*" : " "} ${`${Math.round(atMs)} ms`.padStart(9)}  ${who}: ${what}`;
}
