import { benchmarks } from "./benchmarks/all.ts";
import { chooseBenchmarks } from "./choose-benchmarks.ts";
import { type Command, parseCommandLine, usage } from "./command-line.ts";
import type { Benchmark } from "./harness/benchmark.ts";
import { topSelfTimes } from "./harness/profile.ts";
import { report } from "./harness/report.ts";
import { figure, reportText } from "./harness/report-text.ts";
import { writeProfile, writeResult } from "./harness/result-files.ts";
import { type NamedProfile, runBenchmark } from "./harness/run-benchmark.ts";
import { surroundings } from "./harness/surroundings.ts";
import { oracle } from "./peers/oracle/run-oracle.ts";
import { type Database, openDatabase } from "./postgres/database.ts";

const functionsShown = 15;

const [first, ...rest] = process.argv.slice(2).filter((argument, at) => !(at === 0 && argument === "--"));
process.exitCode = first === "oracle" ? await oracle(rest) : await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let command: Command;
  let wanted: readonly Benchmark[];
  try {
    command = parseCommandLine(args);
    wanted = chooseBenchmarks(benchmarks, command.names);
    if (command.json !== undefined && wanted.length > 1) {
      throw new RangeError(`--json names one file, but ${wanted.length} benchmarks are to run.`);
    }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return 2;
  }
  if (command.help) console.log(usage);
  else if (command.list) for (const { name, summary } of wanted) console.log(`${name.padEnd(18)} ${summary}`);
  else return await runAll(command, wanted);
  return 0;
}

/**
 * Runs one benchmark after the other. Figures short of a target are shown; only a benchmark that fails makes
 * this 1.
 */
async function runAll(command: Command, wanted: readonly Benchmark[]): Promise<number> {
  const database = await openDatabase();
  // Whoever gives up waiting should not find a PostgreSQL and its files left behind.
  const leave = async (signal: "SIGINT" | "SIGTERM"): Promise<void> => {
    // What is measured beside Leftfold also listens to this, and may fail at it: Emmett's consumer does.
    process.on("uncaughtException", () => {});
    await database[Symbol.asyncDispose]();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", leave).once("SIGTERM", leave);
  let exitCode = 0;
  try {
    console.log(`PostgreSQL ${database.facts.version} (${database.facts.source})`);
    for (const benchmark of wanted) {
      try {
        await runOne(command, benchmark, database);
      } catch (error) {
        console.error(`${benchmark.name} failed:`, error);
        exitCode = 1;
      }
    }
  } finally {
    await database[Symbol.asyncDispose]();
  }
  return exitCode;
}

async function runOne(command: Command, benchmark: Benchmark, database: Database): Promise<void> {
  const startedAt = new Date().toISOString();
  const around = await surroundings();
  const runs = command.runs ?? benchmark.runs ?? 3;
  const seconds = command.seconds ?? benchmark.seconds ?? 2;
  const warmUpSeconds = command.warmUpSeconds ?? benchmark.warmUpSeconds ?? 1;
  const { aggregates, events, hours, keep, profile } = command;
  console.log(`\n${benchmark.name}: ${runs} runs of ${seconds} s each`);
  const run = await runBenchmark(benchmark, {
    database,
    runs,
    profile,
    aggregates,
    events,
    hours,
    keep,
    warmUpMs: warmUpSeconds * 1000,
    measureMs: seconds * 1000,
    tell: (line) => console.log(`  ${line}`),
    onMeasured: (contender, number, { unitsPerSecond }) =>
      console.log(`  run ${number + 1}  ${contender.name}: ${figure(unitsPerSecond)} ${benchmark.unit}s/s`),
  });
  const settings = {
    runs,
    seconds,
    warmUpSeconds,
    aggregates,
    ...(events !== undefined && { events }),
    ...(hours !== undefined && { hours }),
  };
  const result = {
    startedAt,
    settings,
    surroundings: around,
    postgres: database.facts,
    report: report(benchmark, run),
  };
  console.log(`\n${reportText(result.report)}`);
  for (const named of run.profiles) await showProfile(benchmark.name, startedAt, named);
  console.log(`kept in ${await writeResult(result, command.json)}`);
}

async function showProfile(benchmark: string, startedAt: string, named: NamedProfile): Promise<void> {
  const file = await writeProfile(benchmark, startedAt, named);
  console.log(`${named.contender}, ${named.process}: self time (${file})`);
  for (const { place, share, ms } of topSelfTimes(named.profile, functionsShown)) {
    console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${figure(ms).padStart(7)} ms  ${place}`);
  }
  console.log("");
}
