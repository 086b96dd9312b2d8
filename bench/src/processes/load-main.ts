import { closedLoop } from "../harness/closed-loop.ts";
import { type CpuAccount, cpuProbe } from "../harness/cpu-time.ts";
import type { Measurement } from "../harness/measurement.ts";
import { type AggregateChoice, appendTargets } from "../workload/aggregate-choice.ts";
import { answerParent } from "./answer-parent.ts";
import { appendPath, appendRequest } from "./append-request.ts";
import { LeanGrpcClient } from "./lean-grpc-client.ts";

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

export interface LoadReport {
  readonly measured: Measurement;
  /** How many appends the server said were recorded, the warm-up's included. */
  readonly answered: number;
}

answerParent({
  load: async (load: Load): Promise<LoadReport> => {
    const client = await LeanGrpcClient.open(load.url, appendPath);
    const nextTarget = appendTargets(load.aggregates);
    let answered = 0;
    try {
      const measured = await closedLoop({
        writers: load.inFlight,
        warmUpMs: load.warmUpMs,
        measureMs: load.measureMs,
        cpu: cpuProbe([{ name: "client", pid: process.pid, withChildren: false }, ...load.accounts]),
        operation: async (writer) => {
          await client.call(appendRequest(load.tenantId, nextTarget(writer)));
          answered++;
          return 1;
        },
      });
      return { measured, answered };
    } finally {
      await client[Symbol.asyncDispose]();
    }
  },
});
