import type { Benchmark } from "../harness/benchmark.ts";
import { aggregateReplay } from "./aggregate-replay.ts";
import { append1 } from "./append-1.ts";
import { append64 } from "./append-64.ts";
import { appendPort64 } from "./append-port-64.ts";
import { appendRate } from "./append-rate.ts";
import { appendRemote64 } from "./append-remote-64.ts";
import { fanOut } from "./fan-out.ts";
import { growth } from "./growth.ts";
import { peerBenchmarks } from "./peer-benchmarks.ts";
import { projectionRebuild } from "./projection-rebuild.ts";
import { readAll100k } from "./read-all-100k.ts";
import { readMemory } from "./read-memory.ts";
import { readStream1000 } from "./read-stream-1000.ts";
import { soak } from "./soak.ts";

/** Every benchmark, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  append64,
  append1,
  appendRemote64,
  appendPort64,
  appendRate,
  readAll100k,
  readStream1000,
  readMemory,
  aggregateReplay,
  projectionRebuild,
  ...peerBenchmarks,
  growth,
  fanOut,
  soak,
];
