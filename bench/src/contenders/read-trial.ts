import type { Contender, TestBed, Trial } from "../harness/benchmark.ts";
import { cpuProbe } from "../harness/cpu-time.ts";
import { repeat } from "../harness/repeat.ts";
import { cpuAccounts } from "./append-trial.ts";
import type { OpenStore } from "./open-store.ts";

/** A read to its end: resolves with the number of events that it gave. */
export type Read = () => Promise<number>;

/**
 * A contender that reads, one read after the other. Whatever it reads through belongs to the benchmark, not
 * to a run.
 */
export function reader(
  bed: TestBed,
  name: string,
  about: string,
  read: Read,
  through?: OpenStore,
): Contender {
  const trial: Trial = {
    ...(through && { profiled: through.profiled }),
    measure: () =>
      repeat({
        warmUpMs: bed.warmUpMs,
        measureMs: bed.measureMs,
        cpu: cpuProbe(cpuAccounts(bed, through?.accounts)),
        operation: read,
      }),
    [Symbol.asyncDispose]: async () => {},
  };
  return { name, about, open: async () => trial };
}

/** Takes every item and counts them. */
export async function count(items: AsyncIterable<unknown>): Promise<number> {
  let counted = 0;
  for await (const _ of items) counted++;
  return counted;
}
