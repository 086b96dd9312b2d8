import type { Measurement } from "../harness/measurement.ts";
import type { ProfiledProcess } from "../harness/profile.ts";
import type { Database } from "../postgres/database.ts";
import { Child } from "../processes/child.ts";
import { openEmmettSchema } from "./emmett-schema.ts";
import type { Load } from "./load.ts";
import type { Readings, WritingPlan } from "./oracle/observe.ts";
import type { PeerName, Pulling } from "./peer-log.ts";
import type { LoadRequest, OpenRequest } from "./peer-main.ts";
import type { LoadTimes } from "./run-load.ts";

export interface PeerOptions {
  /** Connections of its pool; Leftfold keeps to its own number. */
  readonly connections: number;
}

/** A store and its writers, in a process of their own, with tables of their own. */
export interface PeerProcess extends AsyncDisposable {
  readonly profiled: ProfiledProcess;
  /** Writes what the load reads. */
  prepare(load: Load): Promise<void>;
  run(load: Load, times: Omit<LoadTimes, "accounts">, pulling?: Pulling): Promise<Measurement>;
  /** Writes, reads, and tells what was acknowledged and what was read. */
  observe(plan: WritingPlan): Promise<Readings>;
}

export async function startPeer(
  database: Database,
  peer: PeerName,
  { connections }: PeerOptions,
): Promise<PeerProcess> {
  const place = await makePlace(database, peer);
  const child = new Child(peer, new URL("./peer-main.ts", import.meta.url));
  const stop = async (): Promise<void> => {
    await child[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  };
  try {
    const { url, schema } = place;
    await child.ask("open", { peer, place: { url, schema, connections } } satisfies OpenRequest);
  } catch (error) {
    await stop();
    throw error;
  }
  const accounts = database.cpu === undefined ? [] : [database.cpu];
  return {
    profiled: child,
    prepare: (load) => child.ask("prepare", load),
    run: (load, times, pulling) =>
      child.ask("run", { load, times: { ...times, accounts }, pulling } satisfies LoadRequest),
    observe: (plan) => child.ask("observe", plan),
    [Symbol.asyncDispose]: stop,
  };
}

interface Place extends AsyncDisposable {
  readonly url: string;
  readonly schema: string;
}

async function makePlace(database: Database, peer: PeerName): Promise<Place> {
  if (peer === "Emmett") return await openEmmettSchema(database);
  const schema = database.freshSchema();
  return { url: database.url, schema, [Symbol.asyncDispose]: () => database.dropSchema(schema) };
}
