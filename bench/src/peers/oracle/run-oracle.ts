import { parseArgs } from "node:util";
import { figure } from "../../harness/report-text.ts";
import { writeJson } from "../../harness/result-files.ts";
import { surroundings } from "../../harness/surroundings.ts";
import { textTable } from "../../harness/text-table.ts";
import { type Database, openDatabase } from "../../postgres/database.ts";
import { type PeerName, peerNames } from "../peer-log.ts";
import { startPeer } from "../peer-process.ts";
import type { WritingPlan } from "./observe.ts";
import { amissColumns, type OracleResult, type OracleRun, sumsOf } from "./oracle-result.ts";
import { anomaliesIn } from "./verdict.ts";

const oracleUsage = `Usage: pnpm bench oracle [options]

Lets writers append at once to each of the stores compared while a reader follows, and reports what was
lost, came twice or out of order. Exits with 1 when that happens to Leftfold.

  --seed <n>       what the first run draws from (1); those after it take the next
  --runs <n>       seeds for each store and number of writers (3)
  --writers <n,…>  how many write at once (8,64)
  --events <n>     how many events are appended in each run (5000)
  --peers <a,…>    which stores (${peerNames.join(",")})
  --json <path>    where to keep the result (bench/results/oracle-<date>.json)
`;

const eventsPerAppendMax = 20;
const streams = 200;

/** The command: resolves with the exit code. */
export async function oracle(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      runs: { type: "string", default: "3" },
      writers: { type: "string", default: "8,64" },
      events: { type: "string", default: "5000" },
      peers: { type: "string", default: peerNames.join(",") },
      json: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(oracleUsage);
    return 0;
  }
  const startedAt = new Date().toISOString();
  const peers = values.peers.split(",").map(peerNamed);
  const around = await surroundings();
  await using database = await openDatabase();
  const runs: OracleRun[] = [];
  for (const writers of values.writers.split(",").map(Number)) {
    for (let run = 0; run < Number(values.runs); run++) {
      const seed = Number(values.seed) + run;
      const plan = { seed, writers, events: Number(values.events), eventsPerAppendMax, streams };
      for (const peer of peers) {
        runs.push(await runOracle(database, peer, plan));
        console.log(lineOf(runs.at(-1)!));
      }
    }
  }
  console.log(`\n${table(runs)}\n`);
  const result: OracleResult = { startedAt, surroundings: around, postgres: database.facts, runs };
  console.log(`kept in ${await writeJson("oracle", startedAt, result, values.json)}`);
  return runs.some(({ peer, anomalies }) => isOurs(peer) && anomalies.length > 0) ? 1 : 0;
}

export async function runOracle(database: Database, peer: PeerName, plan: WritingPlan): Promise<OracleRun> {
  // As many connections as writers, so that as many transactions meet; fewer would only hide what can happen.
  await using store = await startPeer(database, peer, { connections: plan.writers });
  const readings = await store.observe(plan);
  return {
    peer,
    plan,
    acknowledgedAppends: readings.acknowledged.length,
    acknowledgedEvents: readings.acknowledged.reduce((sum, notes) => sum + notes.length, 0),
    recordedEvents: readings.log.length,
    anomalies: anomaliesIn(readings),
  };
}

function isOurs(peer: PeerName): boolean {
  return peer === "in process" || peer === "through the server";
}

function peerNamed(name: string): PeerName {
  const peer = peerNames.find((each) => each === name);
  if (peer === undefined)
    throw new RangeError(`No store is called "${name}"; there are ${peerNames.join(", ")}.`);
  return peer;
}

function lineOf({ peer, plan, acknowledgedEvents, anomalies }: OracleRun): string {
  const said = anomalies.map(
    ({ kind, reader, count, first }) => `${reader}: ${count} ${kind} (first ${first})`,
  );
  const start = `seed ${plan.seed}, ${plan.writers} writers, ${peer}: ${figure(acknowledgedEvents)} events`;
  return `${start}, ${said.length === 0 ? "nothing amiss" : said.join("; ")}`;
}

/** A line for each store and number of writers. */
function table(runs: readonly OracleRun[]): string {
  const rows = sumsOf(runs).map(({ peer, writers, events, amiss, seeds }) => [
    `${peer}, ${writers} writers`,
    String(events),
    ...amiss.map(String),
    seeds.length === 0 ? "none" : seeds.join(", "),
  ]);
  const columns = ["events", ...amissColumns, "seeds"];
  return textTable(
    [{ title: "store", align: "left" }, ...columns.map((title) => ({ title, align: "right" as const }))],
    rows,
  );
}
