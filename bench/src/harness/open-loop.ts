import { type Clock, systemClock } from "./clock.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { type Measurement, measurement } from "./measurement.ts";
import { type CpuProbe, MeasuringWindow } from "./window.ts";

export interface OpenLoop {
  /** How many operations start each second, whether or not earlier ones have ended. */
  readonly ratePerSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /**
   * At most so many operations are in flight. At the bound an arrival waits for one to end; its latency is
   * still counted from when it should have started, so that a store that cannot keep up shows as latency and
   * not as a gentler load.
   */
  readonly inFlightMax: number;
  /** Does the work of the arrival of this number (from 0) and resolves with how many units it was. */
  readonly operation: (arrival: number) => Promise<number>;
  readonly cpu?: CpuProbe | undefined;
}

/**
 * Starts operations at a constant rate and measures each from the moment at which it was meant to start,
 * which avoids the coordinated omission of a loop that waits. Ends when every arrival has settled.
 *
 * Extras: `offered/s`, and `p99 start delay ms`, by how much the generator itself was late; latencies of that
 * size are the generator's own (about a millisecond from Node's timers, more when operations were held back
 * at `inFlightMax`).
 *
 * @throws what an operation rejects with, after those in flight have settled.
 */
export async function openLoop(loop: OpenLoop, clock: Clock = systemClock): Promise<Measurement> {
  const latency = new LatencyHistogram();
  const startDelay = new LatencyHistogram();
  const beganMs = clock.nowMs();
  const opensMs = beganMs + loop.warmUpMs;
  const window = new MeasuringWindow(opensMs, loop.measureMs, loop.cpu);
  const intervalMs = 1000 / loop.ratePerSecond;
  const arrivals = Math.ceil((loop.warmUpMs + loop.measureMs) / intervalMs);
  const inFlight = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let units = 0;

  const arrive = async (arrival: number, intendedMs: number): Promise<void> => {
    try {
      const done = await loop.operation(arrival);
      if (intendedMs < opensMs) return;
      units += done;
      latency.record(clock.nowMs() - intendedMs);
    } catch (error) {
      failures.push(error);
    }
  };

  for (let arrival = 0; arrival < arrivals && failures.length === 0; arrival++) {
    const intendedMs = beganMs + arrival * intervalMs;
    if (clock.nowMs() < intendedMs) await clock.waitUntil(intendedMs);
    while (inFlight.size >= loop.inFlightMax) await Promise.race(inFlight);
    if (intendedMs >= opensMs) {
      if (!window.isOpen) window.advance(Math.max(intendedMs, opensMs));
      startDelay.record(clock.nowMs() - intendedMs);
    }
    const running: Promise<void> = arrive(arrival, intendedMs).finally(() => inFlight.delete(running));
    inFlight.add(running);
  }
  await Promise.all(inFlight);
  if (failures.length > 0) throw failures[0];
  window.close(clock.nowMs());
  return measurement(units, latency.summary(), window.result(), {
    "offered/s": loop.ratePerSecond,
    "p99 start delay ms": startDelay.summary().p99Ms,
  });
}
