import type { Benchmark } from "../harness/benchmark.ts";
import { p99Ratio, rateRatio } from "../harness/benchmark.ts";
import { bareBatches } from "../peers/bare-batches.ts";
import { type AppendLoad, parametersOf, type Spreading } from "../peers/load.ts";
import { peerContender, peerWarmUpSeconds } from "../peers/peer-contenders.ts";
import { type PeerName, peerNames } from "../peers/peer-log.ts";
import { pgbenchInserts } from "../peers/pgbench.ts";

const ours: readonly PeerName[] = ["in process", "through the server"];
const theirs: readonly PeerName[] = ["Emmett", "act", "message-db"];

/** How rates change with the writers, the events of an append, and how appends spread over streams. */
export const peerAppends: readonly Benchmark[] = [
  peerAppend("peer-append-1", 1, 1, "distinct"),
  peerAppend("peer-append-8", 8, 1, "distinct"),
  peerAppend("peer-append-64", 64, 1, "distinct"),
  peerAppend("peer-append-256", 256, 1, "distinct"),
  peerAppend("peer-append-64x10", 64, 10, "distinct"),
  peerAppend("peer-append-64x100", 64, 100, "distinct"),
  peerAppend("peer-append-hot", 64, 1, "hot"),
  peerAppend("peer-append-zipf", 64, 1, "zipf"),
];

function peerAppend(name: string, writers: number, eventsPerAppend: number, spreading: Spreading): Benchmark {
  const load: AppendLoad = { kind: "append", writers, eventsPerAppend, spreading };
  const limits = spreading === "distinct";
  return {
    name,
    summary: `beside peers: ${writers} writer(s), ${eventsPerAppend} event(s) per append, ${spreading} streams`,
    unit: "event",
    seconds: 1,
    warmUpSeconds: peerWarmUpSeconds,
    parameters: parametersOf(load),
    targets: ours.flatMap((our) => [
      ...theirs.map((their) => rateRatio(our, their)),
      ...(limits ? ["pgbench", "unnest batches", "COPY batches"].map((limit) => rateRatio(our, limit)) : []),
      p99Ratio(our, "Emmett"),
    ]),
    open: async (bed) => [
      ...peerNames.map((peer) => peerContender(bed, peer, load)),
      ...(limits ? [await pgbenchInserts(bed, load), ...bareBatches(bed, load)] : []),
    ],
  };
}
