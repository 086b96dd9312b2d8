/** How much memory a process had while it was watched, in MiB. */
export interface MemoryRange {
  readonly rssMinMiB: number;
  readonly rssMaxMiB: number;
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
      heapMinMiB: Math.min(...heap),
      heapMaxMiB: Math.max(...heap),
    };
  };
}
