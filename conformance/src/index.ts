export {
  type KilledProcessesOptions,
  type KilledProcessesReport,
  killedProcessesRun,
} from "./processes/killed-processes-run.ts";
export {
  type KilledRunnersOptions,
  type KilledRunnersReport,
  killedRunnersRun,
} from "./projections/killed-runners-run.ts";
export { openSchema } from "./projections/world.ts";
