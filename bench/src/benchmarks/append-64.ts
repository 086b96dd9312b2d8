import { appendInProcess } from "../contenders/append-through-store.ts";
import { bareCommit } from "../contenders/bare-commit.ts";
import { functionPerAppend } from "../contenders/function-per-append.ts";
import { transactionPerAppend } from "../contenders/transaction-per-append.ts";
import { type Benchmark, observed, rateRatio } from "../harness/benchmark.ts";

const writers = 64;
const pooled = 10;

export const append64: Benchmark = {
  name: "append-64",
  summary: `${writers} writers in process, one 256-byte event per append`,
  unit: "append",
  targets: [
    rateRatio("in process", "transaction per append", 25),
    rateRatio("in process", `transaction per append, pool of ${pooled}`, 25),
    rateRatio("in process", "bare commit", 0.6),
  ],
  open: async (bed) => {
    let reached = writers;
    const inProcess = observed(appendInProcess(bed, writers), ({ extras }) => {
      reached = extras["events/commit"] ?? reached;
    });
    return [
      inProcess,
      bareCommit(bed, writers, () => reached),
      transactionPerAppend(bed, writers, writers),
      // With fewer connections, writers wait in the pool instead of at the lock, which spares the database.
      transactionPerAppend(bed, writers, pooled),
      functionPerAppend(bed, writers, pooled),
    ];
  },
};
