import { appendInProcess } from "../contenders/append-through-store.ts";
import { functionPerAppend } from "../contenders/function-per-append.ts";
import { type Benchmark, rateRatio } from "../harness/benchmark.ts";

export const append1: Benchmark = {
  name: "append-1",
  summary: "one writer alone in process, one 256-byte event per append",
  unit: "append",
  targets: [rateRatio("in process", "function per append", 0.8)],
  open: async (bed) => [appendInProcess(bed, 1), functionPerAppend(bed, 1, 1)],
};
