import { build, type Histogram } from "hdr-histogram-js";

/** Latencies in milliseconds, as a reader wants to see them. All zero when nothing was recorded. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

const microsPerMs = 1000;
const microsMax = 600 * 1000 * microsPerMs;

/**
 * Latencies from a microsecond to ten minutes, to three significant digits, in memory that does not grow with
 * their number. What is faster or slower than that counts as the nearest of the two bounds.
 */
export class LatencyHistogram {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: microsMax,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });

  record(latencyMs: number): void {
    const micros = Math.round(latencyMs * microsPerMs);
    this.#histogram.recordValue(Math.min(Math.max(micros, 1), microsMax));
  }

  summary(): LatencySummary {
    const histogram = this.#histogram;
    const empty = histogram.totalCount === 0;
    const percentileMs = (percentile: number): number =>
      empty ? 0 : histogram.getValueAtPercentile(percentile) / microsPerMs;
    return {
      count: histogram.totalCount,
      meanMs: empty ? 0 : histogram.mean / microsPerMs,
      p50Ms: percentileMs(50),
      p90Ms: percentileMs(90),
      p95Ms: percentileMs(95),
      p99Ms: percentileMs(99),
      p999Ms: percentileMs(99.9),
      maxMs: empty ? 0 : histogram.maxValue / microsPerMs,
    };
  }
}
