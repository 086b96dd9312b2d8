import { parseArgs } from "node:util";
import { type AggregateChoice, aggregateChoices } from "./workload/aggregate-choice.ts";

export interface Command {
  /** Names of benchmarks, or how they begin; all when there are none. */
  readonly names: readonly string[];
  readonly list: boolean;
  readonly help: boolean;
  readonly profile: boolean;
  /** Absent where each benchmark's own number holds. */
  readonly runs: number | undefined;
  readonly seconds: number | undefined;
  readonly warmUpSeconds: number;
  readonly aggregates: AggregateChoice;
  readonly json: string | undefined;
}

export const usage: string = `Usage: pnpm bench [benchmark …] [options]

Runs the benchmarks named, or beginning so; all of them when none is.
Needs no PostgreSQL: without DATABASE_URL it starts one.

  --list                 name the benchmarks and what each asks
  --runs <n>             how often each contender runs
  --seconds <s>          how long each run measures
  --warm-up-seconds <s>  how long each run goes on before that (1)
  --aggregates <choice>  to what appends go: ${aggregateChoices.join(", ")} (own)
  --json <path>          where to keep the result of a single benchmark (bench/results/<name>-<date>.json)
  --profile              one more run each under a CPU profiler: top functions, and .cpuprofile files
`;

/** @throws TypeError or RangeError that says which argument is wrong. */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: args.filter((argument, at) => !(at === 0 && argument === "--")),
    allowPositionals: true,
    options: {
      list: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      profile: { type: "boolean", default: false },
      runs: { type: "string" },
      seconds: { type: "string" },
      "warm-up-seconds": { type: "string", default: "1" },
      aggregates: { type: "string", default: "own" },
      json: { type: "string" },
    },
  });
  const aggregates = aggregateChoices.find((choice) => choice === values.aggregates);
  if (aggregates === undefined) {
    throw new RangeError(
      `--aggregates is "${values.aggregates}"; it is one of ${aggregateChoices.join(", ")}.`,
    );
  }
  const runs = values.runs === undefined ? undefined : positive("--runs", values.runs);
  if (runs !== undefined && !Number.isInteger(runs))
    throw new RangeError(`--runs is ${runs}; it is a whole number.`);
  return {
    names: positionals,
    list: values.list,
    help: values.help,
    profile: values.profile,
    runs,
    seconds: values.seconds === undefined ? undefined : positive("--seconds", values.seconds),
    warmUpSeconds: positive("--warm-up-seconds", values["warm-up-seconds"]),
    aggregates,
    json: values.json,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new RangeError(`${name} is "${text}"; it is a number above 0.`);
  return value;
}
