import type { DataDir } from "./data-dir.ts";
import { EmbeddedPostgresError, systemCode } from "./embedded-postgres-error.ts";
import type { Host } from "./host.ts";
import type { Installation } from "./installation.ts";
import { Patience } from "./patience.ts";
import { findPostmasterProcess } from "./postmaster.ts";
import { acquireLock } from "./process-lock.ts";
import { shutDown } from "./shut-down.ts";
import type { Users } from "./users.ts";

/** A PostgreSQL that runs, and this process's use of it. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** A connection string with user, password and database; nobody else on this machine knows the password. */
  readonly url: string;
  /**
   * Ends this use. PostgreSQL itself stops when no other process, and no other caller in this process, uses it; then
   * this waits for its end: open transactions are rolled back, and everything committed is kept. Calling it again does
   * nothing, and after a failure tries again.
   *
   * @throws {@link EmbeddedPostgresError} with `busy` or `stop-failed`. Rejects with the signal's reason when it is aborted.
   */
  stop(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

/** What a handle needs in order to end its use. */
export interface Use {
  readonly host: Host;
  readonly installation: Installation;
  readonly dataDir: DataDir;
  readonly users: Users;
  /** The entry in `users` that stands for this use. */
  readonly user: string;
  readonly onLog: (message: string) => void;
}

/** How long `stop()` waits for other processes that start or stop PostgreSQL. */
const STOP_WAIT_MS = 60_000;

/** The handle of one use. */
export function handleOf(use: Use, url: string): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const stop = (signal: AbortSignal | undefined): Promise<void> => {
    stopping ??= endUse(use, signal).catch((error: unknown) => {
      stopping = undefined;
      throw systemCode(error) === undefined || error === signal?.reason ? error : unreadable(use, error);
    });
    return stopping;
  };
  return { url, stop: (options) => stop(options?.signal), [Symbol.asyncDispose]: () => stop(undefined) };
}

function unreadable(use: Use, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "stop-failed",
    `The data directory ${use.dataDir.path} cannot be used any more (${systemCode(cause)}), so nothing tells which ` +
      "process to stop. If the directory was removed, PostgreSQL notices within a minute and ends by itself; stop it " +
      "before removing its data the next time.",
    { cause },
  );
}

async function endUse(use: Use, signal: AbortSignal | undefined): Promise<void> {
  const { host, installation, dataDir, users, user, onLog } = use;
  const patience = new Patience(STOP_WAIT_MS, signal);
  const lock = await acquireLock({ folder: dataDir.locks, platform: host.platform }, patience);
  try {
    await users.leave(user);
    const others = await users.pids();
    if (others.length > 0) {
      onLog(`leaving PostgreSQL on ${dataDir.path} to the processes ${others.join(", ")}`);
      return;
    }
    const postmaster = await findPostmasterProcess(host, dataDir, patience);
    if (postmaster === undefined) return;
    onLog(`stopping PostgreSQL on ${dataDir.path} (pid ${postmaster.pid})`);
    await shutDown(host, installation, postmaster, signal);
  } finally {
    await lock.release();
  }
}
