import type { TestBed, Trial } from "../harness/benchmark.ts";
import { closedLoop } from "../harness/closed-loop.ts";
import { type CpuAccount, cpuProbe } from "../harness/cpu-time.ts";
import type { Measurement } from "../harness/measurement.ts";
import { type AppendTarget, appendTargets } from "../workload/aggregate-choice.ts";

/** One way to append one event, made ready for a run. */
export interface Appender extends AsyncDisposable {
  append(target: AppendTarget): Promise<unknown>;
  /** Processes whose CPU time counts, beside this one and PostgreSQL. */
  readonly accounts?: readonly CpuAccount[];
  readonly profiled?: Trial["profiled"];
  /** What else there is to say about the run, after it. */
  readonly extras?: () => Promise<Record<string, number>>;
}

/**
 * A run in which so many writers append one event at a time, each awaiting its last, over whatever appender.
 */
export function appendTrial(bed: TestBed, writers: number, appender: Appender): Trial {
  return {
    ...(appender.profiled && { profiled: appender.profiled }),
    measure: async () => {
      const nextTarget = appendTargets(bed.aggregates);
      const measured = await closedLoop({
        writers,
        warmUpMs: bed.warmUpMs,
        measureMs: bed.measureMs,
        cpu: cpuProbe(cpuAccounts(bed, appender.accounts)),
        operation: async (writer) => {
          await appender.append(nextTarget(writer));
          return 1;
        },
      });
      return await withExtras(measured, appender);
    },
    [Symbol.asyncDispose]: () => appender[Symbol.asyncDispose](),
  };
}

/** This process, PostgreSQL where it can be seen, and others. */
export function cpuAccounts(bed: TestBed, others: readonly CpuAccount[] = []): CpuAccount[] {
  const client: CpuAccount = { name: "client", pid: process.pid, withChildren: false };
  return [client, ...others, ...(bed.database.cpu === undefined ? [] : [bed.database.cpu])];
}

async function withExtras(measured: Measurement, { extras }: Appender): Promise<Measurement> {
  return extras === undefined
    ? measured
    : { ...measured, extras: { ...measured.extras, ...(await extras()) } };
}
