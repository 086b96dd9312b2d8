import { readlink } from "node:fs/promises";
import type { DataDir } from "./data-dir.ts";
import { EmbeddedPostgresError, systemCode } from "./embedded-postgres-error.ts";
import type { Host } from "./host.ts";
import { answersAsPostgres } from "./loopback.ts";
import type { Patience } from "./patience.ts";
import { hasPostmasterFile, readPostmasterFile, removePostmasterFile } from "./postmaster-file.ts";
import { identifyProcess, type ProcessIdentity, psField } from "./process-identity.ts";
import { readLogTail } from "./server-log.ts";

/** The main process of a running PostgreSQL that accepts connections. */
export interface Postmaster {
  readonly process: ProcessIdentity;
  readonly port: number;
}

/** How long an empty `postmaster.pid` may stay empty: it is written right after it was made. */
const EMPTY_FILE_MS = 1000;

/**
 * The PostgreSQL that runs on this data directory, however it was started; undefined when none does. Waits for one
 * that is still starting, and for one that is stopping. The caller holds the lock.
 *
 * @throws {@link EmbeddedPostgresError} with `start-timeout` when one lives, but is not ready when the patience ends.
 */
export async function findPostmaster(
  host: Host,
  dataDir: DataDir,
  patience: Patience,
): Promise<Postmaster | undefined> {
  const found = await patience.until(async () => {
    const running = await findPostmasterProcess(host, dataDir, patience);
    if (running === undefined) return { postmaster: undefined };
    const file = await readPostmasterFile(dataDir);
    if (file?.port === undefined || file.status !== "ready" || file.pid !== running.pid) return undefined;
    if (!(await answersAsPostgres(file.port))) return undefined;
    return { postmaster: { process: running, port: file.port } };
  });
  if (found !== undefined) return found.postmaster;
  const file = await readPostmasterFile(dataDir);
  throw new EmbeddedPostgresError(
    "start-timeout",
    `A PostgreSQL (pid ${file?.pid}, port ${file?.port}, status ${file?.status ?? "unknown"}) lives on ` +
      `${dataDir.path}, but was not ready within ${patience.timeoutMs} ms. It may be recovering from a crash: try ` +
      `again, or with a longer startTimeoutMs. The end of its log:\n${await readLogTail(dataDir)}`,
  );
}

/**
 * The main process of a PostgreSQL that runs on this data directory, whether it is ready or not; undefined when there is
 * none. Removes a `postmaster.pid` that misleads. The caller holds the lock.
 */
export async function findPostmasterProcess(
  host: Host,
  dataDir: DataDir,
  patience: Patience,
): Promise<ProcessIdentity | undefined> {
  if (!(await hasPostmasterFile(dataDir))) return undefined;
  const file = await readPostmasterFile(dataDir);
  if (file === undefined) {
    await patience.pause(EMPTY_FILE_MS);
    if ((await readPostmasterFile(dataDir)) === undefined) await removePostmasterFile(dataDir);
    return undefined;
  }
  const running = await identifyProcess(host.platform, file.pid);
  if (running !== undefined && (await isPostmasterOf(host, file.pid, dataDir))) return running;
  await removePostmasterFile(dataDir);
  return undefined;
}

/** Whether the process can be the server of this directory: a server's working directory is its data directory. */
async function isPostmasterOf(host: Host, pid: number, dataDir: DataDir): Promise<boolean> {
  if (host.platform === "win32") return true;
  if (host.platform !== "linux") return (await psField(pid, "comm"))?.includes("postgres") ?? false;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === dataDir.database;
  } catch (error) {
    // Gone meanwhile. When it is only hidden (EACCES), whether it answers will tell.
    return systemCode(error) !== "ENOENT";
  }
}
