import type { SeededRandom } from "@leftfold/testing";
import type { Fault } from "../fault.ts";
import type { PostgresNode } from "../world/postgres-node.ts";

/** PostgreSQL is killed: as by a loss of power, its main process alone, or one of its other processes. */
export const killPostgres: Fault = {
  name: "kill-postgres",
  summary: "kill -9 of PostgreSQL: all its processes, its main one, or one of the others",
  applies: () => true,
  async inject({ postgres }, random) {
    const note = await killSome(postgres, random);
    return { note, heal: (signal) => postgres.start(signal) };
  },
};

async function killSome(postgres: PostgresNode, random: SeededRandom): Promise<string> {
  switch (random.below(3)) {
    case 0:
      await postgres.killAll();
      return "all of PostgreSQL killed";
    case 1:
      await postgres.killPostmaster();
      return "PostgreSQL's main process killed";
    default:
      await postgres.killOne((pids) => random.pick(pids));
      return "one process of PostgreSQL killed";
  }
}
