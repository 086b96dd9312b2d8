import { spread } from "./spread.ts";

/** What a process had of memory while it was watched, in MiB. */
export interface MemoryRange {
  readonly rssMinMiB: number;
  readonly rssMaxMiB: number;
  /**
   * By how much the median of the last quarter of the time is above that of the second quarter. Memory that
   * saws up and down has next to none; what is held on to makes it grow with the time watched.
   */
  readonly rssDriftMiB: number;
  readonly heapMinMiB: number;
  readonly heapMaxMiB: number;
}

const bytesPerMiB = 2 ** 20;

/** Looks at this process' memory again and again; the function it gives stops that and says what was seen. */
export function watchMemory(
  everyMs = 50,
  read: () => NodeJS.MemoryUsage = process.memoryUsage,
): () => MemoryRange {
  const rss: number[] = [];
  const heap: number[] = [];
  const look = (): void => {
    const { rss: resident, heapUsed, external } = read();
    rss.push(resident / bytesPerMiB);
    // Buffers lie outside V8's heap; a leak of payloads would show there.
    heap.push((heapUsed + external) / bytesPerMiB);
  };
  look();
  const timer = setInterval(look, everyMs);
  return () => {
    clearInterval(timer);
    look();
    return {
      rssMinMiB: Math.min(...rss),
      rssMaxMiB: Math.max(...rss),
      rssDriftMiB: drift(rss),
      heapMinMiB: Math.min(...heap),
      heapMaxMiB: Math.max(...heap),
    };
  };
}

/** @param samples equally spaced in time; at least two. */
export function drift(samples: readonly number[]): number {
  const quarter = (number: number): readonly number[] => {
    const start = Math.floor((samples.length * (number - 1)) / 4);
    return samples.slice(start, Math.max(start + 1, Math.floor((samples.length * number) / 4)));
  };
  return spread(quarter(4)).median - spread(quarter(2)).median;
}
