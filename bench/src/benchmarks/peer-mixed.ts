import { type Benchmark, rateRatio } from "../harness/benchmark.ts";
import { type ConditionalLoad, type MixedLoad, parametersOf, type ReadLoad } from "../peers/load.ts";
import { peerContender, peerWarmUpSeconds, standingPeer } from "../peers/peer-contenders.ts";
import { peerNames } from "../peers/peer-log.ts";

const theirs = ["Emmett", "act", "message-db"];
const ratios = ["in process", "through the server"].flatMap((ours) =>
  theirs.map((their) => rateRatio(ours, their)),
);

const mixed: MixedLoad = { kind: "mixed", clients: 64, streams: 100, eventsPerStream: 100 };

export const peerMixed: Benchmark = {
  name: "peer-mixed",
  summary: "beside peers: 64 clients, half appends of an event, half reads of a stream of 100",
  unit: "operation",
  warmUpSeconds: peerWarmUpSeconds,
  parameters: parametersOf(mixed),
  targets: ratios,
  open: async (bed) => peerNames.map((peer) => peerContender(bed, peer, mixed)),
};

export const peerReads: readonly Benchmark[] = [peerRead(100), peerRead(1000)];

function peerRead(eventsPerStream: number): Benchmark {
  const load: ReadLoad = { kind: "read", clients: 8, streams: 50, eventsPerStream };
  return {
    name: `peer-read-${eventsPerStream}`,
    summary: `beside peers: 8 clients read streams of ${eventsPerStream} events, decoded`,
    unit: "event",
    seconds: 1,
    warmUpSeconds: peerWarmUpSeconds,
    parameters: parametersOf(load),
    targets: ratios,
    open: async (bed) => {
      const contenders = [];
      for (const peer of peerNames) contenders.push(...(await standingPeer(bed, peer, load)));
      return contenders;
    },
  };
}

const conditional: ConditionalLoad = { kind: "conditional", writers: 64 };
const plain = "in process, no condition";

export const peerConditional: Benchmark = {
  name: "peer-conditional",
  summary: "64 writers, each append on condition that a tag was never used; no peer has such conditions",
  unit: "event",
  warmUpSeconds: peerWarmUpSeconds,
  parameters: parametersOf(conditional),
  targets: [rateRatio("in process", plain), rateRatio("through the server", "in process")],
  open: async (bed) => [
    peerContender(bed, "in process", conditional),
    peerContender(bed, "through the server", conditional),
    peerContender(
      bed,
      "in process",
      { kind: "append", writers: 64, eventsPerAppend: 1, spreading: "distinct" },
      { name: plain },
    ),
  ],
};
