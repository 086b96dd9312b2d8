import { functionPerAppend } from "../contenders/function-per-append.ts";
import { transactionPerAppend } from "../contenders/transaction-per-append.ts";
import type { Benchmark } from "../harness/benchmark.ts";

const writers = 64;

export const append64: Benchmark = {
  name: "append-64",
  summary: `${writers} writers in process, one 256-byte event per append`,
  unit: "append",
  targets: [],
  open: async (bed) => [
    transactionPerAppend(bed, writers, writers),
    transactionPerAppend(bed, writers, 10),
    functionPerAppend(bed, writers, 10),
  ],
};
