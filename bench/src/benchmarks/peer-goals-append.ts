import { type Benchmark, p99Ratio, rateRatio, rateRatioToBest } from "../harness/benchmark.ts";
import type { AppendLoad } from "../peers/load.ts";
import { peerContender } from "../peers/peer-contenders.ts";
import type { PeerName } from "../peers/peer-log.ts";

interface Setting {
  readonly peer: PeerName;
  readonly writers: number;
  readonly connections?: number;
}

// Emmett is as fast as it gets with any of these, one time with one and another time with another.
const emmetts: readonly Setting[] = [
  { peer: "Emmett", writers: 8 },
  { peer: "Emmett", writers: 64 },
  { peer: "Emmett", writers: 64, connections: 20 },
  { peer: "Emmett", writers: 64, connections: 64 },
  { peer: "Emmett", writers: 256 },
];
const settings: readonly Setting[] = [
  { peer: "in process", writers: 64 },
  { peer: "through the server", writers: 64 },
  ...emmetts,
  { peer: "in process", writers: 1 },
  { peer: "through the server", writers: 1 },
  { peer: "Emmett", writers: 1 },
];

/** So long V8 goes on optimizing a process that appends all the time, in threads of its own that the database waits for. */
const warmUpSeconds = 12;

/** What was promised of appends, beside Emmett; `peer-goals-catch-up` has the rest. */
export const peerGoalsAppend: Benchmark = {
  name: "peer-goals-append",
  summary: "the promised ratios to Emmett: 256-byte events, one per append, each to a new stream",
  unit: "event",
  warmUpSeconds,
  parameters: { eventsPerAppend: 1, spreading: "distinct" },
  targets: [
    rateRatioToBest("in process, 64 writers", "Emmett's best", emmetts.map(nameOf), 10),
    rateRatioToBest("through the server, 64 writers", "Emmett's best", emmetts.map(nameOf), 5),
    p99Ratio("in process, 64 writers", "Emmett, 8 writers", 1),
    p99Ratio("through the server, 64 writers", "Emmett, 8 writers", 1),
    rateRatio("in process, 1 writer", "Emmett, 1 writer", 1),
    rateRatio("through the server, 1 writer", "Emmett, 1 writer", 0.5),
  ],
  open: async (bed) =>
    settings.map((setting) => {
      const { peer, writers, connections } = setting;
      const load: AppendLoad = { kind: "append", writers, eventsPerAppend: 1, spreading: "distinct" };
      return peerContender(bed, peer, load, {
        name: nameOf(setting),
        ...(connections !== undefined && { connections }),
      });
    }),
};

function nameOf({ peer, writers, connections }: Setting): string {
  const pool = connections === undefined ? "" : `, pool of ${connections}`;
  return `${peer}, ${writers} writer${writers === 1 ? "" : "s"}${pool}`;
}
