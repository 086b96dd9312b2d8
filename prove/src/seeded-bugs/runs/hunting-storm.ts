import { postgresBackend } from "@leftfold/backend-postgres";
import { openSchema } from "@leftfold/conformance";
import { SeededRandom, StormViolation, storm } from "@leftfold/testing";

const events = 4_000;
const stalledMs = 20_000;

/**
 * A storm over two stores of this process on one database, in a schema of its own. Nothing is broken from outside: what there is to
 * find comes from two sequencers on one log.
 *
 * @returns what the storm found, a sentence each; nothing when all was right.
 */
export async function huntingStorm(seed: number): Promise<readonly string[]> {
  await using at = await openSchema();
  const options = { url: at.url, schema: at.schema, heartbeatMs: 50, pollIntervalMs: 50 };
  await using one = await postgresBackend(options);
  await using other = await postgresBackend(options);
  const backends = [one, other];
  const random = new SeededRandom(seed);
  // Few writers make small batches, many make large ones; few aggregates make conflicts.
  const [writers, aggregates] = [random.pick([6, 16, 48]), random.pick([8, 40, 150])];
  try {
    await storm({ backends, seed, events, writers, aggregates, subscribers: 6, stalledMs });
    return [];
  } catch (error) {
    if (error instanceof StormViolation) return error.findings;
    throw error;
  }
}
