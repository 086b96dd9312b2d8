import { cpuAccounts } from "../contenders/append-trial.ts";
import { openInProcess } from "../contenders/open-store.ts";
import { grownSchema } from "../growth/grown-schema.ts";
import {
  anyStream,
  type GrowthWork,
  idempotentAppend,
  newestPage,
  plainAppend,
  spreadAppend,
  taggedAppend,
} from "../growth/growth-work.ts";
import { type Benchmark, type Contender, rateRatio, type TestBed, type Trial } from "../harness/benchmark.ts";
import { closedLoop } from "../harness/closed-loop.ts";
import { cpuProbe } from "../harness/cpu-time.ts";

const eventsByDefault = 10_000_000;
/** By how much the logs are shorter than the largest. */
const sizes = [
  { size: "small", divisor: 1000 },
  { size: "medium", divisor: 10 },
  { size: "large", divisor: 1 },
] as const;

/** What is promised not to slow down as a log grows, and what is only watched. */
const held: readonly GrowthWork[] = [plainAppend, taggedAppend, idempotentAppend, newestPage];
const watched: readonly GrowthWork[] = [spreadAppend, anyStream];
const kept = 0.8;
/**
 * A run begins after a checkpoint, and PostgreSQL logs each page as a whole that is changed for the first time since one. So long the
 * rate is not that of a store at work: a large log has many pages.
 */
const warmUpSeconds = 5;

export const growth: Benchmark = {
  name: "growth",
  summary: `appends and reads at 10⁴, 10⁶ and 10⁷ events in the log (--events)`,
  unit: "operation",
  warmUpSeconds,
  parameters: { largestLog: eventsByDefault, kept },
  targets: [...held, ...watched].flatMap((work) => [
    rateRatio(nameOf(work, "large"), nameOf(work, "small"), held.includes(work) ? kept : undefined),
    rateRatio(nameOf(work, "medium"), nameOf(work, "small")),
  ]),
  open: async (bed) => {
    const { events: largest = eventsByDefault } = bed;
    const logs = new Map<string, string>();
    // The small log is filled anew for each run: it would not stay small.
    for (const { size, divisor } of sizes.slice(1)) logs.set(size, await grownSchema(bed, largest / divisor));
    return [...held, ...watched].flatMap((work) =>
      sizes.map(({ size, divisor }) =>
        contender(bed, work, size, Math.max(1, Math.round(largest / divisor)), logs.get(size)),
      ),
    );
  },
};

function nameOf({ name }: GrowthWork, size: string): string {
  return `${name}, ${size} log`;
}

/** @param schema of a log that several runs share. */
function contender(
  bed: TestBed,
  work: GrowthWork,
  size: string,
  events: number,
  schema: string | undefined,
): Contender {
  const { database } = bed;
  const open = async (): Promise<Trial> => {
    const own = schema ?? (await grownSchema({ ...bed, keep: false }, events));
    const opened = await openInProcess(database, own);
    return {
      profiled: opened.profiled,
      measure: () => measure(bed, work, work.begin(opened.store, events)),
      [Symbol.asyncDispose]: async () => {
        await opened[Symbol.asyncDispose]();
        if (schema === undefined) await database.dropSchema(own);
      },
    };
  };
  return { name: nameOf(work, size), about: work.about, parameters: { events, workers: work.workers }, open };
}

function measure(
  bed: TestBed,
  { workers }: GrowthWork,
  work: (worker: number) => Promise<unknown>,
): ReturnType<Trial["measure"]> {
  return closedLoop({
    writers: workers,
    warmUpMs: bed.warmUpMs,
    measureMs: bed.measureMs,
    cpu: cpuProbe(cpuAccounts(bed)),
    operation: async (worker) => {
      await work(worker);
      return 1;
    },
  });
}
