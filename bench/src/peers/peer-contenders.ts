import type { Contender, TestBed, Trial } from "../harness/benchmark.ts";
import type { Load } from "./load.ts";
import type { PeerName, Pulling } from "./peer-log.ts";
import { type PeerProcess, startPeer } from "./peer-process.ts";

/** How a peer is set, where that is not as in all other benchmarks. */
export interface PeerSetting {
  /** The contender's name, where the same peer is there more than once; the peer's own when absent. */
  readonly name?: string;
  readonly connections?: number;
  /** For Emmett's consumer; its defaults when absent. */
  readonly pulling?: Pulling;
}

/**
 * What Emmett's and act's pools have by default. Emmett was measured with 10, 20, 40 and 64 at 64 writers,
 * which made a difference of four in a hundred, and 10 was the best.
 */
const connectionsByDefault = 10;

/** A process that has just started takes longer to get to its speed than one that has run a while. */
export const peerWarmUpSeconds = 5;

const abouts: Readonly<Record<PeerName, string>> = {
  "in process": "Leftfold's backend for PostgreSQL in the clients' process",
  "through the server": "Leftfold's client in the clients' process, its server in another",
  Emmett: "@event-driven-io/emmett-postgresql 0.42.0, one store over one pool",
  act: "@rotorsoft/act-pg 0.4.6, its store alone",
  "message-db": "@eventide/message-db 1.3.1, its functions called over postgres.js",
};

/** A peer that begins each run with empty tables, in a new process. */
export function peerContender(
  bed: TestBed,
  peer: PeerName,
  load: Load,
  setting: PeerSetting = {},
): Contender {
  return contender(peer, load, setting, async () => {
    const store = await start(bed, peer, load, setting);
    return { ...trial(bed, load, store), [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  });
}

/** A peer whose tables and process serve all runs, for loads that leave the log as it was. */
export async function standingPeer(
  bed: TestBed,
  peer: PeerName,
  load: Load,
  settings: readonly PeerSetting[] = [{}],
): Promise<Contender[]> {
  const store = await start(bed, peer, load, settings[0] ?? {});
  bed.closeLater(store);
  return settings.map((setting) =>
    contender(peer, load, setting, async () => ({
      ...trial(bed, load, store, setting.pulling),
      [Symbol.asyncDispose]: async () => {},
    })),
  );
}

async function start(bed: TestBed, peer: PeerName, load: Load, setting: PeerSetting): Promise<PeerProcess> {
  const { connections = connectionsByDefault } = setting;
  const store = await startPeer(bed.database, peer, { connections });
  try {
    await store.prepare(load);
    return store;
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

function trial(
  { warmUpMs, measureMs }: TestBed,
  load: Load,
  store: PeerProcess,
  pulling?: Pulling,
): Omit<Trial, typeof Symbol.asyncDispose> {
  return {
    profiled: [store.profiled],
    measure: () => store.run(load, { warmUpMs, measureMs }, pulling),
  };
}

function contender(
  peer: PeerName,
  load: Load,
  { name = peer, connections = connectionsByDefault, pulling }: PeerSetting,
  open: () => Promise<Trial>,
): Contender {
  const own = peer === "in process" || peer === "through the server";
  const pool = own ? {} : { connections };
  const writers = "writers" in load ? { writers: load.writers } : {};
  return {
    name,
    about: `${abouts[peer]}${pulling === undefined ? "" : `, its consumer set to ${JSON.stringify(pulling)}`}`,
    parameters: { peer, ...pool, ...writers, ...pulling },
    open,
  };
}
