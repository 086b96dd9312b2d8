import { appendInProcess, appendRemote } from "../contenders/append-through-store.ts";
import { type Benchmark, rateRatio } from "../harness/benchmark.ts";

const writers = 64;

export const appendRemote64: Benchmark = {
  name: "append-remote-64",
  summary: `${writers} writers through client and server, one 256-byte event per append`,
  unit: "append",
  // Client and server are new processes, and take some seconds to be as fast as they get.
  warmUpSeconds: 5,
  targets: [rateRatio("client and server", "in process", 0.5)],
  open: async (bed) => [appendInProcess(bed, writers), appendRemote(bed, writers)],
};
