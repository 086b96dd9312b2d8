import { closedLoop } from "../harness/closed-loop.ts";
import { type CpuAccount, cpuProbe } from "../harness/cpu-time.ts";
import type { Measurement } from "../harness/measurement.ts";
import { repeat } from "../harness/repeat.ts";
import type { CpuProbe } from "../harness/window.ts";
import type { Movement } from "../workload/account.ts";
import { seededRandom } from "../workload/seeded-random.ts";
import { zipf } from "../workload/zipf.ts";
import type { Load, Spreading, StreamsToRead } from "./load.ts";
import { category, type PeerLog, type Pulling } from "./peer-log.ts";

/** 256 bytes as JSON. */
export const movement: Movement = { amount: 125, currency: "EUR", note: "x".repeat(215) };

const zipfStreams = 10_000;
const writersBefore = 8;

export interface LoadTimes {
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Whose CPU time counts, beside this process' and the peer's own. */
  readonly accounts: readonly CpuAccount[];
}

/**
 * Writes what a load reads; unmeasured. A consumer reads the first twentieth on the way, so that none is
 * measured that has never run.
 */
export async function prepareLoad(log: PeerLog, load: Load): Promise<void> {
  if (!("streams" in load)) return;
  if (load.kind !== "catch-up") return await writeStreams(log, load, 0, load.streams, writersBefore);
  const first = Math.ceil(load.streams / 20);
  // By one writer, lest a consumer be given less than there is.
  await writeStreams(log, load, 0, first, 1);
  await log.catchUp(() => {});
  await writeStreams(log, load, first, load.streams, 1);
}

async function writeStreams(
  log: PeerLog,
  { eventsPerStream }: StreamsToRead,
  from: number,
  to: number,
  writers: number,
): Promise<void> {
  const movements = Array.from({ length: eventsPerStream }, () => movement);
  let next = from;
  const write = async (): Promise<void> => {
    while (next < to) await log.append(streamName(next++), movements, 0);
  };
  await Promise.all(Array.from({ length: writers }, write));
}

/** @param pulling for Emmett's consumer; its defaults when absent. */
export async function runLoad(
  log: PeerLog,
  load: Load,
  times: LoadTimes,
  pulling?: Pulling,
): Promise<Measurement> {
  const client: CpuAccount = { name: "client", pid: process.pid, withChildren: false };
  const cpu = cpuProbe([client, ...log.accounts, ...times.accounts]);
  const measured = await measure(log, load, { ...times, cpu, pulling });
  const conflicts = log.conflicts();
  return conflicts === 0 ? measured : { ...measured, extras: { "conflicts retried": conflicts } };
}

type Times = LoadTimes & { readonly cpu: CpuProbe; readonly pulling: Pulling | undefined };

function measure(log: PeerLog, load: Load, times: Times): Promise<Measurement> {
  switch (load.kind) {
    case "append": {
      const movements = Array.from({ length: load.eventsPerAppend }, () => movement);
      const nextTarget = targets(load.spreading);
      const operation = async (): Promise<number> => {
        const { stream, expected } = nextTarget();
        await log.append(stream, movements, expected);
        return movements.length;
      };
      return closedLoop({ ...times, writers: load.writers, operation });
    }
    case "conditional": {
      let count = 0;
      const operation = async (): Promise<number> => {
        const nth = count++;
        if (log.appendUnlessTagged === undefined) throw new Error("This store has no conditions.");
        await log.appendUnlessTagged(streamName(nth), movement, `seat:${nth}`);
        return 1;
      };
      return closedLoop({ ...times, writers: load.writers, operation });
    }
    case "mixed": {
      const random = seededRandom(1);
      let written = load.streams;
      const operation = async (): Promise<number> => {
        if (random() < 0.5) await log.append(streamName(written++), [movement], 0);
        else await readOne(log, load, random);
        return 1;
      };
      return closedLoop({ ...times, writers: load.clients, operation });
    }
    case "read": {
      const random = seededRandom(1);
      return closedLoop({ ...times, writers: load.clients, operation: () => readOne(log, load, random) });
    }
    case "catch-up":
      return repeat({ ...times, warmUpMs: 0, operation: () => catchUp(log, load, times.pulling) });
  }
}

async function readOne(
  log: PeerLog,
  { streams, eventsPerStream }: StreamsToRead,
  random: () => number,
): Promise<number> {
  const read = await log.readStream(streamName(Math.floor(random() * streams)));
  if (read !== eventsPerStream) throw new Error(`Read ${read} events of ${eventsPerStream}.`);
  return read;
}

async function catchUp(
  log: PeerLog,
  { streams, eventsPerStream }: StreamsToRead,
  pulling: Pulling | undefined,
): Promise<number> {
  let read = 0;
  await log.catchUp(() => read++, pulling);
  const wanted = streams * eventsPerStream;
  if (read !== wanted) throw new Error(`Its consumer was given ${read} events of ${wanted}.`);
  return read;
}

interface Target {
  readonly stream: string;
  readonly expected?: number;
}

function targets(spreading: Spreading): () => Target {
  switch (spreading) {
    case "distinct": {
      let count = 0;
      return () => ({ stream: streamName(count++), expected: 0 });
    }
    case "hot":
      return () => ({ stream: streamName(0) });
    case "zipf": {
      const draw = zipf(zipfStreams, seededRandom(1));
      return () => ({ stream: streamName(draw()) });
    }
  }
}

function streamName(nth: number): string {
  return `${category}-${nth}`;
}
