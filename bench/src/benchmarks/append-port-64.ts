import { appendPort } from "../contenders/append-port.ts";
import { type Benchmark, rateRatio } from "../harness/benchmark.ts";

const inFlight = 64;

export const appendPort64: Benchmark = {
  name: "append-port-64",
  summary: `unary gRPC Append through the server's port, ${inFlight} in flight from a lean client`,
  unit: "append",
  targets: [rateRatio("short path", "Connect's handler", 4)],
  open: async (bed) => [appendPort(bed, inFlight, true), appendPort(bed, inFlight, false)],
};
