import type { LogAccess, LogStorage } from "../log-storage.ts";
import type { StorageBug } from "./simulated-sequencers.ts";

/** Says that a batch is durable while it is still on its way. */
export const answersBeforeTheCommit: StorageBug = (storage) =>
  onEveryCommit(storage, async (log, commit) => {
    void log.commit(commit).catch(() => undefined);
    return true;
  });

/** Writes a batch wherever the log ends, whatever it was decided on. */
export const skipsTheFence: StorageBug = (storage, log) =>
  onEveryCommit(storage, (access, commit) => access.commit({ ...commit, known: log.head }));

/** Looks where the log ends in the statement that takes the lock, which sees what was there before it waited. */
export const looksBeforeItHasTheLock: StorageBug = (storage, log) => ({
  lane: storage.lane,
  pool: storage.pool,
  locked: (work) => {
    const seen = log.head;
    return storage.locked((access) => work(access, seen));
  },
});

/** Keeps no idempotency keys. */
export const forgetsKeys: StorageBug = (storage) =>
  onEveryCommit(storage, (log, commit) => log.commit({ ...commit, rows: { ...commit.rows, keys: [] } }));

/** Leaves a batch without an answer when the fence does not hold. */
export const keepsSilentWhenFenced: StorageBug = (storage) =>
  onEveryCommit(
    storage,
    async (log, commit) => (await log.commit(commit)) || (await new Promise(() => undefined)),
  );

function onEveryCommit(
  storage: LogStorage,
  commit: (log: LogAccess, commit: Parameters<LogAccess["commit"]>[0]) => Promise<boolean>,
): LogStorage {
  const changed = (log: LogAccess): LogAccess => ({ ...log, commit: (batch) => commit(log, batch) });
  return {
    lane: changed(storage.lane),
    pool: storage.pool,
    locked: (work) => storage.locked((log, head) => work(changed(log), head)),
  };
}
