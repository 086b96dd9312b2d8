import type { LatencySummary } from "./latency-histogram.ts";
import type { Window } from "./window.ts";

/** What one run of one contender came to. Plain data, so that it can cross from one process to another. */
export interface Measurement {
  /** How many units (appends, events) were done in the window. */
  readonly units: number;
  /** How long the window was. */
  readonly seconds: number;
  readonly unitsPerSecond: number;
  /** How long each operation took; an operation may do several units. */
  readonly latency: LatencySummary;
  /** CPU time per unit in microseconds, by who spent it; whoever could not be read is missing. */
  readonly cpuMicrosPerUnit: Readonly<Record<string, number>>;
  /** Whatever else a benchmark wants to show or to hold against a target, such as `eventsPerCommit`. */
  readonly extras: Readonly<Record<string, number>>;
  /** What was looked at again and again, in the order of time, for charts. */
  readonly series?: Readonly<Record<string, readonly number[]>>;
}

/** Puts what a loop counted and what its window saw into figures. */
export function measurement(
  units: number,
  latency: LatencySummary,
  window: Window,
  extras: Readonly<Record<string, number>> = {},
): Measurement {
  const seconds = (window.closedMs - window.openedMs) / 1000;
  const cpuMicrosPerUnit: Record<string, number> = {};
  for (const [who, micros] of Object.entries(window.cpuMicros)) {
    if (units > 0) cpuMicrosPerUnit[who] = micros / units;
  }
  return {
    units,
    seconds,
    unitsPerSecond: seconds > 0 ? units / seconds : 0,
    latency,
    cpuMicrosPerUnit,
    extras,
  };
}
