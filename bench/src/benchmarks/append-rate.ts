import { storeAppender } from "../contenders/append-through-store.ts";
import type { Appender } from "../contenders/append-trial.ts";
import { cpuAccounts } from "../contenders/append-trial.ts";
import { openFunctionAppender } from "../contenders/function-per-append.ts";
import { openInProcess, openRemote } from "../contenders/open-store.ts";
import type { Benchmark, Contender, TestBed } from "../harness/benchmark.ts";
import { cpuProbe } from "../harness/cpu-time.ts";
import { openLoop } from "../harness/open-loop.ts";
import { appendTargets } from "../workload/aggregate-choice.ts";

const ratePerSecond = 500;
const inFlightMax = 1000;

export const appendRate: Benchmark = {
  name: "append-rate",
  summary: `latency of ${ratePerSecond} appends/s that do not wait for earlier ones (open loop)`,
  unit: "append",
  targets: [],
  open: async (bed) => [
    atRate(bed, "in process", () => storeAppender(bed.database, openInProcess)),
    atRate(bed, "client and server", () => storeAppender(bed.database, openRemote)),
    atRate(bed, "function per append", () => openFunctionAppender(bed, 10)),
  ],
};

function atRate(bed: TestBed, name: string, openAppender: () => Promise<Appender>): Contender {
  const open: Contender["open"] = async () => {
    const appender = await openAppender();
    // Arrivals at one aggregate may overtake each other, so unless asked otherwise each goes to a new one.
    const nextTarget = appendTargets(bed.aggregates === "own" ? "distinct" : bed.aggregates);
    return {
      ...(appender.profiled && { profiled: appender.profiled }),
      measure: () =>
        openLoop({
          ratePerSecond,
          inFlightMax,
          warmUpMs: bed.warmUpMs,
          measureMs: bed.measureMs,
          cpu: cpuProbe(cpuAccounts(bed, appender.accounts)),
          operation: async (arrival) => {
            await appender.append(nextTarget(arrival));
            return 1;
          },
        }),
      [Symbol.asyncDispose]: () => appender[Symbol.asyncDispose](),
    };
  };
  return { name, about: `${ratePerSecond} appends/s, at most ${inFlightMax} in flight`, open };
}
