import type { ReadModelCommit, ReadModelStore } from "@leftfold/core";
import type { ReadModelsBug } from "./simulated-runners.ts";

/** Moves the checkpoint in one commit, and writes the documents in the next. */
export const movesTheCheckpointFirst: ReadModelsBug = (readModels) =>
  committingAs(readModels, async (commit) => {
    await readModels.commit({ ...commit, writes: [] });
    await writeApart(readModels, commit);
  });

/** Writes the documents in one commit, and moves the checkpoint in the next. */
export const writesDocumentsFirst: ReadModelsBug = (readModels) =>
  committingAs(readModels, async (commit) => {
    await writeApart(readModels, commit);
    await readModels.commit({ ...commit, writes: [] });
  });

/** Commits from wherever the checkpoint is, not from where the batch was worked out. */
export const skipsTheFence: ReadModelsBug = (readModels) =>
  committingAs(readModels, async (commit) => {
    const from = await readModels.checkpoint(commit.checkpoint);
    const isBehind = commit.to < from;
    await readModels.commit({ ...commit, from, to: isBehind ? from : commit.to });
  });

async function writeApart(
  readModels: ReadModelStore,
  { checkpoint, writes }: ReadModelCommit,
): Promise<void> {
  const { name, version } = checkpoint;
  const apart = { name: "apart", version: 1 };
  const from = await readModels.checkpoint(apart);
  const named = writes.map((write) => ({ model: { name, version }, ...write }));
  await readModels.commit({ checkpoint: apart, from, to: from + 1n, writes: named });
}

function committingAs(
  readModels: ReadModelStore,
  commit: (commit: ReadModelCommit) => Promise<void>,
): ReadModelStore {
  // Those without writes are of the runner's own keeping.
  return {
    ...readModels,
    commit: (request) => (request.writes.length > 0 ? commit(request) : readModels.commit(request)),
  };
}
