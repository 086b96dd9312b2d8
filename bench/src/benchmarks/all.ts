import type { Benchmark } from "../harness/benchmark.ts";
import { append64 } from "./append-64.ts";

/** Every benchmark, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [append64];
