import { campaign } from "../../campaign.ts";
import { allFaults } from "../../faults/all.ts";
import { planRun } from "../../plan-run.ts";

/**
 * Runs in which servers, databases and connections are broken, as they are made to prove that nothing is lost.
 *
 * @param seeds one run each, in this order.
 * @param onRun is told of each run, and whether to go on.
 */
export async function huntingFaults(
  seeds: readonly number[],
  outer: AbortSignal,
  onRun: (seed: number, findings: readonly string[], tookMs: number) => boolean,
): Promise<void> {
  const stopping = new AbortController();
  const plans = seeds.map((seed) => planRun(seed, allFaults));
  const signal = AbortSignal.any([outer, stopping.signal]);
  const enough = new Error("One run has found something.");
  try {
    await campaign({
      plans,
      parallel: 1,
      signal,
      onResult: ({ plan, findings, tookMs }) => {
        if (!onRun(plan.seed, findings, tookMs)) stopping.abort(enough);
      },
    });
  } catch (error) {
    if (error !== enough) throw error;
  }
}
