import type { Choices } from "./choices.ts";
import { quiescence } from "./quiescence.ts";
import { Simulation, type Step } from "./simulation.ts";
import type { TakenTime } from "./take-over-time.ts";
import type { VirtualTime } from "./virtual-time.ts";

/**
 * What is simulated: it opens what it needs at the simulation's edges, works with it, and throws when something is not as it
 * must be. It is run once for each schedule, and keeps nothing from one to the next.
 */
export type Scenario = (simulation: Simulation) => Promise<void>;

/** How schedules are run. */
export interface ScheduleBounds {
  /** Steps after which a schedule counts as one that never ends. */
  readonly stepsMax: number;
  /** Failures in one schedule at most. */
  readonly faultsMax: number;
}

/** What a schedule came to. */
export interface RanSchedule {
  readonly failure: ScheduleFailure | undefined;
  readonly choices: readonly number[];
  readonly steps: readonly Step[];
}

export interface ScheduleFailure {
  /** It broke what the scenario checks; it waits for something that will never happen; it goes on for too long. */
  readonly kind: "broken" | "stuck" | "endless";
  readonly error: unknown;
}

/** Runs one schedule, in a time of its own. */
export async function runSchedule(
  scenario: Scenario,
  choices: Choices,
  taken: TakenTime,
  bounds: ScheduleBounds,
): Promise<RanSchedule> {
  const time = taken.renew();
  const simulation = new Simulation(choices, time, bounds);
  let isOver = false;
  scenario(simulation)
    .catch((error: unknown) => simulation.fail(error))
    .finally(() => {
      isOver = true;
    });
  const end = (kind: ScheduleFailure["kind"], error: unknown): RanSchedule => {
    return { failure: { kind, error }, choices: simulation.made, steps: simulation.steps };
  };
  for (let steps = 0; ; steps++) {
    await atRest(time);
    if (simulation.failure !== undefined) return end("broken", simulation.failure.error);
    if (isOver) return { failure: undefined, choices: simulation.made, steps: simulation.steps };
    if (steps >= bounds.stepsMax) return end("endless", new Error(`It is not over after ${steps} steps.`));
    if (!simulation.step()) return end("stuck", new Error("It waits for something that will not happen."));
  }
}

/** Everything has run, what was to run immediately too, and waits for a turn or for time to pass. */
async function atRest(time: VirtualTime): Promise<void> {
  for (;;) {
    await quiescence();
    const immediates = time.takeImmediates();
    if (immediates.length === 0) return;
    for (const run of immediates) run();
  }
}
