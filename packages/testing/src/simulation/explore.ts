import { freshSeed } from "../builders/seeded-random.ts";
import { choicesFrom, GivenChoices, RandomChoices } from "./choices.ts";
import { type RanSchedule, runSchedule, type Scenario, type ScheduleBounds } from "./run-schedule.ts";
import { ScheduleViolation } from "./schedule-violation.ts";
import { shrink } from "./shrink.ts";
import { type TakenTime, takeOverTime } from "./take-over-time.ts";

export interface ExploreOptions extends Partial<ScheduleBounds> {
  /** How many schedules to run. */
  readonly schedules: number;
  /** What the first schedule is drawn from; each further one from the next number. 1 when absent. */
  readonly seed?: number | undefined;
  /** Steps after which a schedule counts as one that never ends; 2,000 when absent. */
  readonly stepsMax?: number;
  /** Failures in one schedule at most; 6 when absent. */
  readonly faultsMax?: number;
  /** Ends the exploration after the schedule that runs; such as a test's own signal, aborted when its time is up. */
  readonly signal?: AbortSignal | undefined;
}

/** What was explored, when nothing was found. */
export interface Exploration {
  readonly schedules: number;
  readonly steps: number;
  readonly schedulesPerSecond: number;
}

const defaultBounds: ScheduleBounds = { stepsMax: 2_000, faultsMax: 6 };

/**
 * Runs a scenario under many schedules, one after another in this process, whose time it takes over meanwhile.
 *
 * The environment can ask for more: `LEFTFOLD_SCHEDULES` for so many schedules, drawn from fresh seeds unless
 * `LEFTFOLD_SEED` names the first; `LEFTFOLD_SCHEDULE` for one schedule, as a violation tells it.
 *
 * @throws ScheduleViolation for the first schedule that fails, with the plainest one that fails in the same way; the
 * signal's reason.
 */
export async function explore(scenario: Scenario, options: ExploreOptions): Promise<Exploration> {
  const { LEFTFOLD_SCHEDULE: schedule, LEFTFOLD_SCHEDULES: schedules, LEFTFOLD_SEED: seed } = process.env;
  if (schedule !== undefined) {
    await replay(scenario, schedule, options);
    return { schedules: 1, steps: 0, schedulesPerSecond: 0 };
  }
  const asked =
    schedules === undefined ? options : { ...options, schedules: Number(schedules), seed: freshSeed() };
  return await exploreAsAsked(scenario, seed === undefined ? asked : { ...asked, seed: Number(seed) });
}

/**
 * Looks for a schedule under which a scenario fails: of a scenario with a bug, to see that its checks find it. The
 * environment has no say.
 */
export async function findViolation(
  scenario: Scenario,
  options: ExploreOptions,
): Promise<ScheduleViolation | undefined> {
  try {
    await exploreAsAsked(scenario, options);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleViolation) return error;
    throw error;
  }
}

/**
 * Runs one schedule, such as one that has failed before.
 *
 * @throws ScheduleViolation when it fails.
 */
export async function replay(
  scenario: Scenario,
  schedule: string,
  bounds: Partial<ScheduleBounds> = {},
): Promise<void> {
  using taken = takeOverTime();
  const choices = new GivenChoices(choicesFrom(schedule));
  const ran = await runSchedule(scenario, choices, taken, { ...defaultBounds, ...bounds });
  if (ran.failure !== undefined) throw new ScheduleViolation(ran, { seed: undefined, schedules: 1 });
}

async function exploreAsAsked(scenario: Scenario, options: ExploreOptions): Promise<Exploration> {
  const { schedules, seed: firstSeed = 1, signal } = options;
  const bounds = { ...defaultBounds, ...options };
  const startedMs = performance.now();
  let steps = 0;
  {
    using taken = takeOverTime();
    using _ = withoutStacks();
    for (let i = 0; i < schedules; i++) {
      signal?.throwIfAborted();
      const seed = firstSeed + i;
      const ran = await runSchedule(scenario, new RandomChoices(seed), taken, bounds);
      steps += ran.steps.length;
      if (ran.failure === undefined) continue;
      const plainest = await plainestOf(scenario, ran, taken, bounds);
      throw new ScheduleViolation(plainest, { seed, schedules: i + 1 });
    }
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { schedules, steps, schedulesPerSecond: Math.round(schedules / seconds) };
}

/** The plainest schedule that fails as another one does. */
async function plainestOf(
  scenario: Scenario,
  failed: RanSchedule,
  taken: TakenTime,
  bounds: ScheduleBounds,
): Promise<RanSchedule> {
  const plainest = await shrink(failed.choices, async (choices) => {
    const ran = await runSchedule(scenario, new GivenChoices(choices), taken, bounds);
    return ran.failure?.kind === failed.failure!.kind ? ran.choices : undefined;
  });
  // Once more, to have it told where it failed.
  Error.stackTraceLimit = stackFrames;
  return await runSchedule(scenario, new GivenChoices(plainest), taken, bounds);
}

const stackFrames = 20;

/** Errors are part of most schedules, and where they come from is what costs most about them. */
function withoutStacks(): Disposable {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  return {
    [Symbol.dispose]: () => {
      Error.stackTraceLimit = stackTraceLimit;
    },
  };
}
