import { LatencyHistogram } from "../harness/latency-histogram.ts";
import { type Measurement, measurement } from "../harness/measurement.ts";

/**
 * What a log of pgbench says about the time after the warm-up, as the closed loop would have it: a
 * transaction counts when it ends in the window.
 *
 * A line is `client transaction latency(µs) script seconds microseconds`, the last two being when it ended.
 *
 * @param units how many units each transaction is.
 */
export function measuredByPgbench(
  log: string,
  units: number,
  { warmUpMs, measureMs }: { readonly warmUpMs: number; readonly measureMs: number },
): Measurement {
  const ended = log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [, , micros, , seconds, fraction] = line.split(" ").map(Number);
      return { latencyMs: micros! / 1000, endedMs: seconds! * 1000 + fraction! / 1000 };
    });
  const beganMs = ended.reduce((min, { endedMs, latencyMs }) => Math.min(min, endedMs - latencyMs), Infinity);
  const openedMs = beganMs + warmUpMs;
  const closedMs = openedMs + measureMs;
  const counted = ended.filter(({ endedMs }) => endedMs >= openedMs && endedMs < closedMs);
  const latency = new LatencyHistogram();
  for (const { latencyMs } of counted) latency.record(latencyMs);
  return measurement(counted.length * units, latency.summary(), { openedMs, closedMs, cpuMicros: {} });
}
