import { killedRunnersRun } from "@leftfold/conformance";
import { SeededRandom } from "@leftfold/testing";

/**
 * Two runners of one projection, killed and replaced again and again while writers write, in a schema of their own.
 *
 * @returns where the read model is not the fold of the log; nothing when all was right.
 */
export async function huntingRunners(seed: number): Promise<readonly string[]> {
  const random = new SeededRandom(seed);
  const how = random.pick(["alone", "partitioned"] as const);
  const load = { runners: 2, events: 2_000, kills: 6, timeoutMs: 20_000 };
  const { findings } = await killedRunnersRun({ ...load, how, seed: random.below(2 ** 32) });
  return findings;
}
