import { type Clock, systemClock } from "./clock.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { type Measurement, measurement } from "./measurement.ts";
import { type CpuProbe, MeasuringWindow } from "./window.ts";

export interface Repetition {
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Does some work and resolves with how many units it was. */
  readonly operation: () => Promise<number>;
  readonly cpu?: CpuProbe | undefined;
}

/**
 * Repeats one operation, one at a time and always to its end, for as long as wanted; at least once to warm
 * up, unless the warm-up is zero, and at least once to measure. For operations so long that the edges of a
 * window would distort their rate.
 */
export async function repeat(repetition: Repetition, clock: Clock = systemClock): Promise<Measurement> {
  const warmAtMs = clock.nowMs() + repetition.warmUpMs;
  while (clock.nowMs() < warmAtMs) await repetition.operation();

  const latency = new LatencyHistogram();
  const openedMs = clock.nowMs();
  const window = new MeasuringWindow(openedMs, repetition.measureMs, repetition.cpu);
  window.advance(openedMs);
  let units = 0;
  let startedMs = openedMs;
  do {
    units += await repetition.operation();
    const endedMs = clock.nowMs();
    latency.record(endedMs - startedMs);
    startedMs = endedMs;
  } while (startedMs - openedMs < repetition.measureMs);
  window.close(startedMs);
  return measurement(units, latency.summary(), window.result());
}
