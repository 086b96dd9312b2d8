import type { Database } from "../postgres/database.ts";
import type { AggregateChoice } from "../workload/aggregate-choice.ts";
import type { Measurement } from "./measurement.ts";
import type { ProfiledProcess } from "./profile.ts";

/**
 * A question about speed, and those who answer it side by side. A new benchmark is one file that exports one
 * of these.
 */
export interface Benchmark {
  /** By which it is asked for on the command line, such as `append-64`. */
  readonly name: string;
  /** The question, in one line. */
  readonly summary: string;
  /** What is counted. */
  readonly unit: "append" | "event" | "operation";
  /** What the workload is made of, such as `{ writers: 64 }`; kept with the figures. */
  readonly parameters?: Parameters;
  /** How often each contender runs when the command line does not say; 3 when absent. */
  readonly runs?: number;
  /** How long each run measures when the command line does not say; 2 when absent. */
  readonly seconds?: number;
  /** How long each run goes on before that when the command line does not say; 1 when absent. */
  readonly warmUpSeconds?: number;
  readonly targets: readonly Target[];
  /**
   * Prepares what the contenders share. What it leaves to `bed.closeLater` is closed when the benchmark is
   * over.
   */
  readonly open: (bed: TestBed) => Promise<readonly Contender[]>;
}

/** By name; kept with the figures, so that charts can be drawn of them. */
export type Parameters = Readonly<Record<string, number | string>>;

/** Where a benchmark takes place. */
export interface TestBed {
  readonly database: Database;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly aggregates: AggregateChoice;
  /** How long a log to project or to grow, or how many appends an hour of the soak has; each benchmark's own number when absent. */
  readonly events?: number | undefined;
  /** How many hours to soak for; the benchmark's own number when absent. */
  readonly hours?: number | undefined;
  /** Whether logs that take long to fill stay in the database, for the next time; they are dropped when absent. */
  readonly keep?: boolean | undefined;
  /** Says how it is going, for what takes long; nobody listens when absent. */
  readonly tell?: ((line: string) => void) | undefined;
  /** Closes the resource when the benchmark is over; the last first. */
  closeLater(resource: AsyncDisposable): void;
}

/**
 * One way to do the work. Contenders run in turns, so that what slows the machine for a while slows all of
 * them.
 */
export interface Contender {
  readonly name: string;
  /** What it does, in one line. */
  readonly about: string;
  /** How it is set, where contenders differ. */
  readonly parameters?: Parameters;
  /** Prepares one run: a fresh schema, connections, processes. */
  readonly open: () => Promise<Trial>;
}

/** One run of one contender. */
export interface Trial extends AsyncDisposable {
  /** Warms up, measures, and says what came of it. Called once. */
  measure(): Promise<Measurement>;
  /** The processes that `--profile` looks into; this one when absent. */
  readonly profiled?: readonly ProfiledProcess[];
}

/** The contender, of whose measurements `tell` is told: for another that is to do as it did. */
export function observed(contender: Contender, tell: (measured: Measurement) => void): Contender {
  const open = async (): Promise<Trial> => {
    const trial = await contender.open();
    return {
      ...trial,
      measure: async () => {
        const measured = await trial.measure();
        tell(measured);
        return measured;
      },
    };
  };
  return { ...contender, open };
}

/** The measurements of one turn, by contender. */
export type Turn = ReadonlyMap<string, Measurement>;

/** What a benchmark's figures are held against. Missing one is reported; it fails nothing. */
export interface Target {
  /** Such as `in process / transaction per append`. */
  readonly label: string;
  /** Behind the number: `x` for a ratio, `MiB`. */
  readonly unit: string;
  /** At most one of the two is given; without, the value is reported and held against nothing. */
  readonly atLeast?: number;
  readonly atMost?: number;
  /**
   * The value of one turn. Ratios are taken within a turn, since the machine may be another one in the next.
   */
  readonly value: (turn: Turn) => number;
}

/** That one contender's rate is at least so many times another's; only reported when no number is given. */
export function rateRatio(of: string, to: string, atLeast?: number): Target {
  return rateRatioToBest(of, to, [to], atLeast);
}

/** That one contender's rate is at least so many times the best of several. */
export function rateRatioToBest(
  of: string,
  best: string,
  among: readonly string[],
  atLeast?: number,
): Target {
  return {
    label: `${of} / ${best}`,
    unit: "x",
    ...(atLeast !== undefined && { atLeast }),
    value: (turn) => {
      const rates = among.map((name) => measured(turn, name).unitsPerSecond);
      return measured(turn, of).unitsPerSecond / Math.max(...rates);
    },
  };
}

/** That one contender's latency at the 99th percentile is at most so many times another's. */
export function p99Ratio(of: string, to: string, atMost?: number): Target {
  return {
    label: `p99 of ${of} / ${to}`,
    unit: "x",
    ...(atMost !== undefined && { atMost }),
    value: (turn) => measured(turn, of).latency.p99Ms / measured(turn, to).latency.p99Ms,
  };
}

/** That something that a contender reports beside its rate is at most so much. */
export function extraAtMost(of: string, extra: string, atMost: number, unit: string): Target {
  return {
    label: `${of}: ${extra}`,
    unit,
    atMost,
    value: (turn) => measured(turn, of).extras[extra] ?? Number.NaN,
  };
}

/** That something that two contenders report beside their rates is at most so many times as much for the one as for the other. */
export function extraRatioAtMost(of: string, to: string, extra: string, atMost: number): Target {
  const extraOf = (turn: Turn, name: string): number => measured(turn, name).extras[extra] ?? Number.NaN;
  return {
    label: `${extra} of ${of} / ${to}`,
    unit: "x",
    atMost,
    value: (turn) => extraOf(turn, of) / extraOf(turn, to),
  };
}

function measured(turn: Turn, contender: string): Measurement {
  const found = turn.get(contender);
  if (found === undefined) {
    throw new Error(`No contender is called "${contender}"; there are ${[...turn.keys()].join(", ")}.`);
  }
  return found;
}
