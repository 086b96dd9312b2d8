// Deterministic simulation: code as it is, under schedules that are chosen, replayed and shrunken. Needs Node, and no test runner.

export {
  type Exploration,
  type ExploreOptions,
  explore,
  findViolation,
  replay,
} from "./simulation/explore.ts";
export type { Scenario, ScheduleBounds, ScheduleFailure } from "./simulation/run-schedule.ts";
export { ScheduleViolation } from "./simulation/schedule-violation.ts";
export { Simulation, type SimulationOptions, type Step } from "./simulation/simulation.ts";
