import { benchmarks } from "./benchmarks/all.ts";
import { type Command, parseCommandLine, usage } from "./command-line.ts";
import type { Benchmark } from "./harness/benchmark.ts";
import { topSelfTimes } from "./harness/profile.ts";
import { report } from "./harness/report.ts";
import { figure, reportText } from "./harness/report-text.ts";
import { writeProfile, writeResult } from "./harness/result-files.ts";
import { type NamedProfile, runBenchmark } from "./harness/run-benchmark.ts";
import { surroundings } from "./harness/surroundings.ts";
import { type Database, openDatabase } from "./postgres/database.ts";

const functionsShown = 15;

process.exitCode = await main();

async function main(): Promise<number> {
  const command = parseCommandLine(process.argv.slice(2));
  if (command.help) console.log(usage);
  else if (command.list)
    for (const { name, summary } of benchmarks) console.log(`${name.padEnd(20)} ${summary}`);
  else return await runAll(command, chosen(command.names));
  return 0;
}

function chosen(names: readonly string[]): Benchmark[] {
  for (const wanted of names) {
    if (!benchmarks.some(({ name }) => name.startsWith(wanted))) {
      throw new RangeError(`No benchmark is called "${wanted}"; --list names them.`);
    }
  }
  const exact = benchmarks.filter(({ name }) => names.includes(name));
  if (exact.length === names.length && names.length > 0) return exact;
  return benchmarks.filter(
    ({ name }) => names.length === 0 || names.some((wanted) => name.startsWith(wanted)),
  );
}

/** Runs one benchmark after the other. Figures short of a target are shown; only a benchmark that fails makes this 1. */
async function runAll(command: Command, wanted: readonly Benchmark[]): Promise<number> {
  const database = await openDatabase();
  let exitCode = 0;
  try {
    console.log(`PostgreSQL ${database.facts.version} (${database.facts.source})`);
    for (const benchmark of wanted) {
      try {
        await runOne(command, benchmark, database, wanted.length === 1 ? command.json : undefined);
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

async function runOne(
  command: Command,
  benchmark: Benchmark,
  database: Database,
  json?: string,
): Promise<void> {
  const startedAt = new Date().toISOString();
  const around = await surroundings();
  const runs = command.runs ?? benchmark.runs ?? 3;
  const seconds = command.seconds ?? benchmark.seconds ?? 2;
  const { warmUpSeconds, aggregates, profile } = command;
  console.log(`\n${benchmark.name}: ${runs} runs of ${seconds} s each`);
  const run = await runBenchmark(benchmark, {
    database,
    runs,
    profile,
    aggregates,
    warmUpMs: warmUpSeconds * 1000,
    measureMs: seconds * 1000,
    onMeasured: (contender, number, { unitsPerSecond }) =>
      console.log(`  run ${number + 1}  ${contender.name}: ${figure(unitsPerSecond)} ${benchmark.unit}s/s`),
  });
  const settings = { runs, seconds, warmUpSeconds, aggregates };
  const result = {
    startedAt,
    settings,
    surroundings: around,
    postgres: database.facts,
    report: report(benchmark, run),
  };
  console.log(`\n${reportText(result.report)}`);
  for (const named of run.profiles) await showProfile(benchmark.name, startedAt, named);
  console.log(`kept in ${await writeResult(result, json)}`);
}

async function showProfile(benchmark: string, startedAt: string, named: NamedProfile): Promise<void> {
  const file = await writeProfile(benchmark, startedAt, named);
  console.log(`${named.contender}, ${named.process}: self time (${file})`);
  for (const { place, share, ms } of topSelfTimes(named.profile, functionsShown)) {
    console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${figure(ms).padStart(7)} ms  ${place}`);
  }
  console.log("");
}
