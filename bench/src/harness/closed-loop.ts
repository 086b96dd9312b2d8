import { type Clock, systemClock } from "./clock.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { type Measurement, measurement } from "./measurement.ts";
import { type CpuProbe, MeasuringWindow } from "./window.ts";

export interface ClosedLoop {
  /** How many writers there are, each of which starts its next operation when the last has settled. */
  readonly writers: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Does some work for the writer of this number (from 0) and resolves with how many units it was. */
  readonly operation: (writer: number) => Promise<number>;
  readonly cpu?: CpuProbe | undefined;
}

/**
 * Runs writers that each await their last operation before the next, and measures how much they get done.
 *
 * Counted are the operations that end while the window is open, whenever they began: as many are cut off at
 * its opening as are left out at its closing. It stays open until at least one has ended, so that no rate is
 * zero. A closed loop sends less when the store is slow, so its latencies are those of a store that is never
 * overloaded; use an open loop to see what callers see who do not wait for each other.
 *
 * @throws what an operation rejects with, after all other writers have ended.
 */
export async function closedLoop(loop: ClosedLoop, clock: Clock = systemClock): Promise<Measurement> {
  const latency = new LatencyHistogram();
  const window = new MeasuringWindow(clock.nowMs() + loop.warmUpMs, loop.measureMs, loop.cpu);
  let units = 0;
  let failed = false;

  const write = async (writer: number): Promise<void> => {
    let startedMs = clock.nowMs();
    while (!window.isClosed && !failed) {
      const done = await loop.operation(writer);
      const endedMs = clock.nowMs();
      if (window.isOpen) {
        units += done;
        latency.record(endedMs - startedMs);
      }
      window.advance(endedMs);
      startedMs = endedMs;
    }
  };

  const writers = Array.from({ length: loop.writers }, (_, writer) =>
    write(writer).catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  const keepTime = async (): Promise<void> => {
    await clock.waitUntil(window.nextEdgeMs);
    window.advance(clock.nowMs());
    await clock.waitUntil(window.nextEdgeMs);
    // Otherwise the first writer to get something done closes it.
    if (units > 0) window.advance(clock.nowMs());
  };
  const ends = await Promise.allSettled([...writers, Promise.race([keepTime(), Promise.all(writers)])]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return measurement(units, latency.summary(), window.result());
}
