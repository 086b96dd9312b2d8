import type { EventStore, ReadModelId, ReadModelStore } from "@leftfold/core";
import { failureIn, isConflict } from "../projection/failure.ts";
import { committedUpTo } from "../projection/wait-for-position.ts";
import type { Process } from "./define-process.ts";

/** Beside a process: where its history ends, plus one, kept as a checkpoint, which only one can set. */
export function liveModel({ name, version }: ReadModelId): ReadModelId {
  return { name: `${name}:live`, version };
}

/**
 * Where a process' history ends: events up to there form its state and are not reacted to. Fixed when it runs for the first time, so
 * that a crash does not move it: the position of the version in use before, which has reacted to all up to there; without one the
 * end of the log, or its beginning for a process that reacts to all.
 */
export async function claimHistoryEnd(
  store: EventStore,
  readModels: ReadModelStore,
  process: Process,
  signal: AbortSignal,
): Promise<bigint> {
  const checkpoint = liveModel(process);
  const known = await readModels.checkpoint(checkpoint, { signal });
  if (known > 0n) return known - 1n;
  const end = await historyEnd(store, readModels, process, signal);
  try {
    await readModels.commit({ checkpoint, from: 0n, to: end + 1n, writes: [] }, { signal });
    return end;
  } catch (error) {
    if (!isConflict(failureIn(error))) throw error;
    return (await readModels.checkpoint(checkpoint, { signal })) - 1n;
  }
}

async function historyEnd(
  store: EventStore,
  readModels: ReadModelStore,
  { name, version, reactTo }: Process,
  signal: AbortSignal,
): Promise<bigint> {
  const active = await readModels.activeVersion(name, { signal });
  if (active !== undefined && active < version)
    return await committedUpTo(readModels, { name, version: active }, { signal });
  return reactTo === "all" ? 0n : await store.head({ signal });
}
