import type { Benchmark } from "../harness/benchmark.ts";
import { peerAppends } from "./peer-append.ts";
import { peerGoalsAppend } from "./peer-goals-append.ts";
import { peerGoalsCatchUp } from "./peer-goals-catch-up.ts";
import { peerConditional, peerMixed, peerReads } from "./peer-mixed.ts";

/** Leftfold beside other stores, in the order in which they run. */
export const peerBenchmarks: readonly Benchmark[] = [
  peerGoalsAppend,
  peerGoalsCatchUp,
  ...peerAppends,
  peerConditional,
  peerMixed,
  ...peerReads,
];
