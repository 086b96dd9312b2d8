import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cpuAccounts } from "../contenders/append-trial.ts";
import type { Contender, TestBed, Trial } from "../harness/benchmark.ts";
import { closedLoop } from "../harness/closed-loop.ts";
import { cpuProbe } from "../harness/cpu-time.ts";
import type { Measurement } from "../harness/measurement.ts";
import { openPool } from "../postgres/open-pool.ts";
import { bareData, bareType, createBareTable } from "./bare-table.ts";
import type { AppendLoad } from "./load.ts";
import { measuredByPgbench } from "./pgbench-log.ts";

const run = promisify(execFile);
/** More would meet the connections that PostgreSQL has by default (100). */
const clientsMax = 64;

/** The limit of a statement per append: one insert, prepared, on a connection of its own, nothing checked. */
export async function pgbenchInserts(bed: TestBed, load: AppendLoad): Promise<Contender> {
  const version = await pgbenchVersion();
  const connections = Math.min(load.writers, clientsMax);
  const what = `an insert of ${load.eventsPerAppend} row(s) per append, prepared, ${connections} connections`;
  return {
    name: "pgbench",
    about: `${what}; ${version ?? "postgres.js, for want of the pgbench binary"}; a bare limit`,
    parameters: { connections, with: version ?? "postgres.js" },
    open: () => openTrial(bed, load.eventsPerAppend, connections, version !== undefined),
  };
}

async function openTrial(bed: TestBed, rows: number, connections: number, binary: boolean): Promise<Trial> {
  const { database } = bed;
  const schema = await createBareTable(database);
  const insert = insertOf(schema, rows);
  return {
    measure: () =>
      binary ? runPgbench(bed, insert, rows, connections) : runPostgresJs(bed, insert, rows, connections),
    [Symbol.asyncDispose]: () => database.dropSchema(schema),
  };
}

function insertOf(schema: string, rows: number): string {
  const row = `(gen_random_uuid()::text, 1, '${bareType}', '${bareData}')`;
  const values = Array.from({ length: rows }, () => row).join(", ");
  return `insert into "${schema}".events (stream, version, type, data) values ${values}`;
}

async function runPgbench(
  { database, warmUpMs, measureMs }: TestBed,
  insert: string,
  rows: number,
  connections: number,
): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), "leftfold-pgbench-"));
  try {
    const script = join(folder, "insert.sql");
    await writeFile(script, `${insert};\n`);
    const clients = ["--client", String(connections), "--jobs", String(Math.min(2, connections))];
    const seconds = String(Math.ceil((warmUpMs + measureMs) / 1000));
    const how = ["--no-vacuum", "--protocol", "prepared", "--time", seconds, "--file", script];
    await run("pgbench", [...how, ...clients, "--log", "--log-prefix", join(folder, "log"), database.url]);
    const logs = (await readdir(folder)).filter((name) => name.startsWith("log"));
    const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), "utf8")));
    return measuredByPgbench(texts.join(""), rows, { warmUpMs, measureMs });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runPostgresJs(
  bed: TestBed,
  insert: string,
  rows: number,
  connections: number,
): Promise<Measurement> {
  const pool = await openPool(bed.database.url, connections);
  try {
    return await closedLoop({
      writers: connections,
      warmUpMs: bed.warmUpMs,
      measureMs: bed.measureMs,
      cpu: cpuProbe(cpuAccounts(bed)),
      operation: async () => {
        await pool.unsafe(insert, [], { prepare: true });
        return rows;
      },
    });
  } finally {
    await pool.end();
  }
}

async function pgbenchVersion(): Promise<string | undefined> {
  try {
    return (await run("pgbench", ["--version"])).stdout.trim();
  } catch {
    return undefined;
  }
}
