import { closedLoop } from "../harness/closed-loop.ts";
import { type CpuAccount, cpuProbe } from "../harness/cpu-time.ts";
import type { Measurement } from "../harness/measurement.ts";
import { type AggregateChoice, appendTargets } from "../workload/aggregate-choice.ts";
import { answerParent } from "./answer-parent.ts";
import { openGrpcAppender } from "./grpc-append.ts";

// A load generator in a process of its own: what it costs to ask must not slow down what is asked.

export interface Load {
  readonly url: string;
  readonly tenantId: string;
  readonly inFlight: number;
  readonly aggregates: AggregateChoice;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Whose CPU time counts, beside the generator's own. */
  readonly accounts: readonly CpuAccount[];
}

answerParent({
  load: async (load: Load): Promise<Measurement> => {
    const appender = await openGrpcAppender(load.url, load.tenantId);
    const nextTarget = appendTargets(load.aggregates);
    try {
      return await closedLoop({
        writers: load.inFlight,
        warmUpMs: load.warmUpMs,
        measureMs: load.measureMs,
        cpu: cpuProbe([{ name: "client", pid: process.pid, withChildren: false }, ...load.accounts]),
        operation: async (writer) => {
          await appender.append(nextTarget(writer));
          return 1;
        },
      });
    } finally {
      await appender[Symbol.asyncDispose]();
    }
  },
});
