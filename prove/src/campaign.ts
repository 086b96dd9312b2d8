import type { RunPlan } from "./plan-run.ts";
import { type RunResult, runOnce } from "./run-once.ts";
import { Lab } from "./world/lab.ts";
import { type Needs, sameNeeds } from "./world/needs.ts";

export interface CampaignOptions {
  readonly plans: readonly RunPlan[];
  /** How many runs go on at a time, each with a PostgreSQL and servers of its own. */
  readonly parallel: number;
  readonly onResult: (result: RunResult) => void;
  readonly signal: AbortSignal;
}

/** Makes all of the runs, those first that need nothing special. Rejects with the signal's reason. */
export async function campaign({ plans, parallel, onResult, signal }: CampaignOptions): Promise<void> {
  const waiting = byNeeds(plans);
  const work = async (): Promise<void> => {
    await using bench = new Bench();
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      signal.throwIfAborted();
      onResult(await bench.run(plan, signal));
    }
  };
  const stopping = Array.from({ length: Math.min(parallel, plans.length) }, work);
  // The first failure is told, but only when nothing is left running.
  const settled = await Promise.allSettled(stopping);
  for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
}

/** One lab at a time, replaced when a run needs another, and when one could not be mended. */
class Bench implements AsyncDisposable {
  #lab: Lab | undefined;

  async run(plan: RunPlan, signal: AbortSignal): Promise<RunResult> {
    const lab = await this.#labFor(plan.needs, signal);
    const result = await runOnce(lab, plan, signal);
    // What a failed run leaves behind must not fail the next one.
    if (result.findings.length > 0) await this[Symbol.asyncDispose]();
    else await lab.mend(signal);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const lab = this.#lab;
    this.#lab = undefined;
    await lab?.[Symbol.asyncDispose]();
  }

  async #labFor(needs: Needs, signal: AbortSignal): Promise<Lab> {
    if (this.#lab !== undefined && !sameNeeds(this.#lab.needs, needs)) await this[Symbol.asyncDispose]();
    this.#lab ??= await Lab.open(needs, signal);
    return this.#lab;
  }
}

/** In an order in which labs are seldom replaced. */
function byNeeds(plans: readonly RunPlan[]): RunPlan[] {
  const groups: RunPlan[][] = [];
  for (const plan of plans) {
    const group = groups.find(([first]) => first !== undefined && sameNeeds(first.needs, plan.needs));
    if (group === undefined) groups.push([plan]);
    else group.push(plan);
  }
  return groups.flat();
}
