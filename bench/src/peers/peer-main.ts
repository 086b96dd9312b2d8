import type { Measurement } from "../harness/measurement.ts";
import { answerParent } from "../processes/answer-parent.ts";
import type { Load } from "./load.ts";
import { openPeer } from "./open-peer.ts";
import type { Readings, WritingPlan } from "./oracle/observe.ts";
import { observe } from "./oracle/observe.ts";
import type { PeerLog, PeerName, PeerPlace, Pulling } from "./peer-log.ts";
import { type LoadTimes, prepareLoad, runLoad } from "./run-load.ts";

// One of the stores compared, and its writers, in a process of their own: what one of them has loaded,
// compiled and left to collect slows no other, and what it does to the process is done to nobody else.

export interface OpenRequest {
  readonly peer: PeerName;
  readonly place: PeerPlace;
}

export interface LoadRequest {
  readonly load: Load;
  readonly times: LoadTimes;
  readonly pulling?: Pulling | undefined;
}

let log: PeerLog | undefined;

function opened(): PeerLog {
  if (log === undefined) throw new Error("No store was opened.");
  return log;
}

answerParent(
  {
    open: async ({ peer, place }: OpenRequest): Promise<void> => {
      log = await openPeer(peer, place);
    },
    prepare: (load: Load): Promise<void> => prepareLoad(opened(), load),
    run: ({ load, times, pulling }: LoadRequest): Promise<Measurement> =>
      runLoad(opened(), load, times, pulling),
    observe: (plan: WritingPlan): Promise<Readings> => observe(opened(), plan),
  },
  async () => {
    await log?.[Symbol.asyncDispose]();
  },
);
