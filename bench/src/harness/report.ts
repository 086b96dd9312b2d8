import type { Benchmark, Target } from "./benchmark.ts";
import type { Measurement } from "./measurement.ts";
import type { BenchmarkRun } from "./run-benchmark.ts";
import { type Spread, spread } from "./spread.ts";

/** What a benchmark found, ready to be printed or kept. */
export interface BenchmarkReport {
  readonly benchmark: string;
  readonly summary: string;
  readonly unit: string;
  readonly contenders: readonly ContenderReport[];
  readonly targets: readonly TargetReport[];
}

export interface ContenderReport {
  readonly name: string;
  readonly about: string;
  readonly unitsPerSecond: Spread;
  /** Medians over the runs. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly p999: number };
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
  /** Whether the median reaches the target. */
  readonly met: boolean;
}

export function report(benchmark: Benchmark, run: BenchmarkRun): BenchmarkReport {
  return {
    benchmark: benchmark.name,
    summary: benchmark.summary,
    unit: benchmark.unit,
    contenders: run.contenders.map(({ name, about }) =>
      contenderReport(
        name,
        about,
        run.turns.flatMap((turn) => turn.get(name) ?? []),
      ),
    ),
    targets: benchmark.targets.map((target) => targetReport(target, run)),
  };
}

function contenderReport(name: string, about: string, runs: readonly Measurement[]): ContenderReport {
  const median = (of: (run: Measurement) => number): number => spread(runs.map(of)).median;
  return {
    name,
    about,
    unitsPerSecond: spread(runs.map((run) => run.unitsPerSecond)),
    latencyMs: {
      p50: median((run) => run.latency.p50Ms),
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
  const met = atLeast === undefined ? median <= (atMost ?? Number.POSITIVE_INFINITY) : median >= atLeast;
  return {
    label,
    unit,
    ...(atLeast !== undefined && { atLeast }),
    ...(atMost !== undefined && { atMost }),
    values,
    median,
    min,
    max,
    met,
  };
}
