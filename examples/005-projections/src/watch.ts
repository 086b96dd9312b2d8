import { setTimeout } from "node:timers/promises";
import type { Runner, RunnerStatus } from "@leftfold/event-sourcing";

// #region watch
/** How a runner is, again and again, until it has caught up. */
export async function* watch(runner: Runner): AsyncGenerator<RunnerStatus> {
  for (let isBehind = true; isBehind; await setTimeout(5)) {
    const status = runner.status();
    if (status.state === "failed") await runner.ended(); // throws what it failed with
    if (status.state !== "starting") yield status;
    isBehind = status.state !== "live" || status.lag > 0n;
  }
}
// #endregion watch

/** Waits until something holds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(5);
}
