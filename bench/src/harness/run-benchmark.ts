import type { Benchmark, Contender, TestBed, Trial, Turn } from "./benchmark.ts";
import type { Measurement } from "./measurement.ts";
import { type CpuProfile, thisProcess } from "./profile.ts";

export interface RunOptions extends Omit<TestBed, "closeLater"> {
  readonly runs: number;
  /** Whether each contender runs once more, under a profiler; that run's figures are not counted. */
  readonly profile: boolean;
  /** Told of every measurement as it is made. */
  readonly onMeasured?: ((contender: Contender, run: number, measured: Measurement) => void) | undefined;
}

export interface BenchmarkRun {
  readonly contenders: readonly Contender[];
  readonly turns: readonly Turn[];
  readonly profiles: readonly NamedProfile[];
}

export interface NamedProfile {
  readonly contender: string;
  /** Which process it is of: `client`, `server`. */
  readonly process: string;
  readonly profile: CpuProfile;
}

/**
 * Runs a benchmark's contenders in turns. Each turn begins with the next contender, so that none has always
 * the same before it; the first turn keeps the order in which they are written down.
 */
export async function runBenchmark(benchmark: Benchmark, options: RunOptions): Promise<BenchmarkRun> {
  const resources: AsyncDisposable[] = [];
  try {
    const contenders = await benchmark.open({
      ...options,
      closeLater: (resource) => resources.push(resource),
    });
    if (new Set(contenders.map(({ name }) => name)).size < contenders.length) {
      throw new Error(`Two contenders of ${benchmark.name} have the same name; figures are kept by name.`);
    }
    const turns: Turn[] = [];
    for (let run = 0; run < options.runs; run++) {
      const turn = new Map<string, Measurement>();
      for (const contender of rotated(contenders, run)) {
        const measured = await runTrial(contender, options, (trial) => trial.measure());
        turn.set(contender.name, measured);
        options.onMeasured?.(contender, run, measured);
      }
      turns.push(turn);
    }
    const profiles: NamedProfile[] = [];
    for (const contender of options.profile ? contenders : []) {
      profiles.push(...(await runTrial(contender, options, (trial) => profiledRun(contender, trial))));
    }
    return { contenders, turns, profiles };
  } finally {
    for (const resource of resources.reverse()) await resource[Symbol.asyncDispose]();
  }
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

async function runTrial<T>(
  contender: Contender,
  options: RunOptions,
  use: (trial: Trial) => Promise<T>,
): Promise<T> {
  const trial = await contender.open();
  try {
    // What the last contender wrote must not be flushed to disk on this one's time.
    await options.database.checkpoint();
    return await use(trial);
  } finally {
    await trial[Symbol.asyncDispose]();
  }
}

async function profiledRun(contender: Contender, trial: Trial): Promise<NamedProfile[]> {
  const processes = trial.profiled ?? [thisProcess("client")];
  for (const each of processes) await each.startProfile();
  await trial.measure();
  const profiles: NamedProfile[] = [];
  for (const each of processes) {
    profiles.push({ contender: contender.name, process: each.name, profile: await each.stopProfile() });
  }
  return profiles;
}
