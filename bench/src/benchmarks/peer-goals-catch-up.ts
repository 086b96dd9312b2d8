import { type Benchmark, rateRatio } from "../harness/benchmark.ts";
import { type CatchUpLoad, parametersOf } from "../peers/load.ts";
import { standingPeer } from "../peers/peer-contenders.ts";
import { peerNames } from "../peers/peer-log.ts";

const eventsPerStream = 100;
const events = 100_000;
const tuned = "Emmett, tuned";

export const peerGoalsCatchUp: Benchmark = {
  name: "peer-goals-catch-up",
  summary: `a new consumer reads ${events.toLocaleString("en-US")} events (--events), each store in its own way`,
  unit: "event",
  runs: 1,
  seconds: 1,
  parameters: parametersOf(loadOf(events)),
  targets: [
    rateRatio("through the server", "Emmett", 20),
    rateRatio("in process", "Emmett"),
    ...["through the server", "in process"].flatMap((ours) =>
      [tuned, "act", "message-db"].map((theirs) => rateRatio(ours, theirs)),
    ),
  ],
  open: async (bed) => {
    const load = loadOf(bed.events ?? events);
    const contenders = [];
    for (const peer of peerNames) {
      // Its defaults are made for something else; this is what they cost.
      const pulling = { batchSize: 1000, pullingFrequencyInMs: 0 };
      const settings = peer === "Emmett" ? [{}, { name: tuned, pulling }] : [{}];
      contenders.push(...(await standingPeer(bed, peer, load, settings)));
    }
    return contenders;
  },
};

function loadOf(count: number): CatchUpLoad {
  return { kind: "catch-up", streams: Math.max(1, Math.round(count / eventsPerStream)), eventsPerStream };
}
