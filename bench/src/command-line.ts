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
  /** Absent where each benchmark's own number holds. */
  readonly warmUpSeconds: number | undefined;
  readonly aggregates: AggregateChoice;
  /** Absent where each benchmark's own number holds. */
  readonly events: number | undefined;
  /** Absent where the benchmark's own number holds. */
  readonly hours: number | undefined;
  /** Whether logs that take long to fill are kept for the next time. */
  readonly keep: boolean;
  readonly json: string | undefined;
}

export const usage: string = `Usage: pnpm bench [benchmark …] [options]
       pnpm bench oracle --help

Runs the benchmarks named, or beginning so; all of them when none is.
Needs no PostgreSQL: without DATABASE_URL it starts one.

  --list                 name the benchmarks and what each asks
  --runs <n>             how often each contender runs
  --seconds <s>          how long each run measures
  --warm-up-seconds <s>  how long each run goes on before that
  --aggregates <choice>  to what appends go: ${aggregateChoices.join(", ")} (own)
  --events <n>           how many events projection-rebuild and peer-goals-catch-up go through (100,000), and growth has
                         in its largest log (10,000,000)
  --hours <n>            how many hours' work soak does (2)
  --keep                 leave the logs of growth in the database, in schemas bench_kept_…, and use those that are there
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
      "warm-up-seconds": { type: "string" },
      aggregates: { type: "string", default: "own" },
      events: { type: "string" },
      hours: { type: "string" },
      keep: { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  const aggregates = aggregateChoices.find((choice) => choice === values.aggregates);
  if (aggregates === undefined) {
    throw new RangeError(
      `--aggregates is "${values.aggregates}"; it is one of ${aggregateChoices.join(", ")}.`,
    );
  }
  return {
    names: positionals,
    list: values.list,
    help: values.help,
    profile: values.profile,
    runs: optional(values.runs, (text) => whole("--runs", text)),
    seconds: optional(values.seconds, (text) => positive("--seconds", text)),
    warmUpSeconds: optional(values["warm-up-seconds"], (text) => positive("--warm-up-seconds", text)),
    aggregates,
    events: optional(values.events, (text) => whole("--events", text)),
    hours: optional(values.hours, (text) => positive("--hours", text)),
    keep: values.keep,
    json: values.json,
  };
}

function optional(text: string | undefined, parse: (text: string) => number): number | undefined {
  return text === undefined ? undefined : parse(text);
}

function whole(name: string, text: string): number {
  const value = positive(name, text);
  if (!Number.isInteger(value)) throw new RangeError(`${name} is ${value}; it is a whole number.`);
  return value;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new RangeError(`${name} is "${text}"; it is a number above 0.`);
  return value;
}
