import type { Benchmark, Contender, Parameters, Target } from "./benchmark.ts";
import type { Measurement } from "./measurement.ts";
import type { BenchmarkRun } from "./run-benchmark.ts";
import { type Spread, spread } from "./spread.ts";

/** What a benchmark found, ready to be printed or kept. */
export interface BenchmarkReport {
  readonly benchmark: string;
  readonly summary: string;
  readonly unit: string;
  /** What the workload is made of, for all contenders. */
  readonly parameters: Parameters;
  readonly contenders: readonly ContenderReport[];
  readonly targets: readonly TargetReport[];
}

export interface ContenderReport {
  readonly name: string;
  readonly about: string;
  /** How this contender was set, where contenders differ. */
  readonly parameters: Parameters;
  readonly unitsPerSecond: Spread;
  /** Medians over the runs. */
  readonly latencyMs: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly p999: number;
  };
  /** Medians over the runs, by process. */
  readonly cpuMicrosPerUnit: Readonly<Record<string, number>>;
  /** Medians over the runs. */
  readonly extras: Readonly<Record<string, number>>;
  readonly runs: readonly Measurement[];
}

export interface TargetReport extends Spread {
  readonly label: string;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** One value per turn. */
  readonly values: readonly number[];
  /** Whether the median reaches what is wanted; absent where nothing is. */
  readonly met?: boolean;
}

export function report(benchmark: Benchmark, run: BenchmarkRun): BenchmarkReport {
  return {
    benchmark: benchmark.name,
    summary: benchmark.summary,
    unit: benchmark.unit,
    parameters: benchmark.parameters ?? {},
    contenders: run.contenders.map((contender) =>
      contenderReport(
        contender,
        run.turns.flatMap((turn) => turn.get(contender.name) ?? []),
      ),
    ),
    targets: benchmark.targets.map((target) => targetReport(target, run)),
  };
}

function contenderReport(
  { name, about, parameters = {} }: Contender,
  runs: readonly Measurement[],
): ContenderReport {
  const median = (of: (run: Measurement) => number): number => spread(runs.map(of)).median;
  return {
    name,
    about,
    parameters,
    unitsPerSecond: spread(runs.map((run) => run.unitsPerSecond)),
    latencyMs: {
      p50: median((run) => run.latency.p50Ms),
      p95: median((run) => run.latency.p95Ms),
      p99: median((run) => run.latency.p99Ms),
      p999: median((run) => run.latency.p999Ms),
    },
    cpuMicrosPerUnit: medians(runs.map((run) => run.cpuMicrosPerUnit)),
    extras: medians(runs.map((run) => run.extras)),
    runs,
  };
}

function medians(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const key of new Set(records.flatMap((record) => Object.keys(record)))) {
    result[key] = spread(records.flatMap((record) => record[key] ?? [])).median;
  }
  return result;
}

function targetReport(target: Target, run: BenchmarkRun): TargetReport {
  const values = run.turns.map(target.value);
  const { median, min, max } = spread(values);
  const { label, unit, atLeast, atMost } = target;
  const wanted = atLeast ?? atMost;
  const met = atLeast === undefined ? median <= (atMost ?? 0) : median >= atLeast;
  return {
    label,
    unit,
    ...(atLeast !== undefined && { atLeast }),
    ...(atMost !== undefined && { atMost }),
    values,
    median,
    min,
    max,
    ...(wanted !== undefined && { met }),
  };
}
