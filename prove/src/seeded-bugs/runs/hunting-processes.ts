import { killedProcessesRun } from "@leftfold/conformance";
import { SeededRandom } from "@leftfold/testing";

/**
 * Two runners of one process manager, killed and replaced again and again while it is given work, in a schema of their own.
 *
 * @returns which commands took effect twice or never; nothing when all was right.
 */
export async function huntingProcesses(seed: number): Promise<readonly string[]> {
  const random = new SeededRandom(seed);
  const how = random.pick(["alone", "partitioned"] as const);
  const load = { runners: 2, transfers: 60, kills: 6, timeoutMs: 20_000 };
  const { findings } = await killedProcessesRun({ ...load, how, seed: random.below(2 ** 32) });
  return findings;
}
