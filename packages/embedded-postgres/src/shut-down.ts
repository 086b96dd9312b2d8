import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { EmbeddedPostgresError, systemCode } from "./embedded-postgres-error.ts";
import type { Host } from "./host.ts";
import { type Installation, programPath } from "./installation.ts";
import { Patience } from "./patience.ts";
import { isRunning, type ProcessIdentity } from "./process-identity.ts";

/** How long each way of stopping may take. */
export interface ShutDownTimeouts {
  /** A fast shutdown ends every session and writes a checkpoint. */
  readonly fastMs: number;
  /** An immediate one only ends processes; PostgreSQL kills its own after 5 s. */
  readonly immediateMs: number;
}

const TIMEOUTS: ShutDownTimeouts = { fastMs: 60_000, immediateMs: 20_000 };

/**
 * Stops PostgreSQL and waits until it has ended.
 *
 * 1. Asks for a fast shutdown: open transactions are rolled back, and the next start has nothing to recover.
 * 2. After a minute asks for an immediate one, which loses nothing that was committed, but leaves recovery to the next
 *    start.
 *
 * @throws {@link EmbeddedPostgresError} with `stop-failed` when it still runs then. Rejects with the signal's reason when
 *   it is aborted; PostgreSQL then goes on shutting down.
 */
export async function shutDown(
  host: Host,
  installation: Installation,
  postmaster: ProcessIdentity,
  signal?: AbortSignal,
  timeouts: ShutDownTimeouts = TIMEOUTS,
): Promise<void> {
  const { pid } = postmaster;
  const phases = [
    ["INT", timeouts.fastMs],
    ["QUIT", timeouts.immediateMs],
  ] as const;
  for (const [name, timeoutMs] of phases) {
    if (await sendSignal(host, installation, postmaster, name)) return;
    const patience = new Patience(timeoutMs, signal);
    const ended = await patience.until(async () =>
      (await isRunning(host.platform, postmaster)) ? undefined : true,
    );
    if (ended) return;
  }
  throw new EmbeddedPostgresError(
    "stop-failed",
    `PostgreSQL (pid ${pid}) still runs ${timeouts.fastMs + timeouts.immediateMs} ms after it was asked to stop. Look ` +
      "at its log and at what its processes wait for, such as a disk that does not answer.",
  );
}

/** Sends a signal; true when there is nobody left to receive it. Windows has no signals: `pg_ctl` knows a way. */
async function sendSignal(
  host: Host,
  installation: Installation,
  postmaster: ProcessIdentity,
  name: "INT" | "QUIT",
): Promise<boolean> {
  const { pid } = postmaster;
  try {
    if (!(await isRunning(host.platform, postmaster))) return true;
    if (host.platform !== "win32") process.kill(pid, `SIG${name}`);
    else
      await promisify(execFile)(programPath(host, installation.root, "pg_ctl"), ["kill", name, String(pid)]);
    return false;
  } catch (cause) {
    if (systemCode(cause) === "ESRCH") return true;
    throw new EmbeddedPostgresError(
      "stop-failed",
      `PostgreSQL (pid ${pid}) could not be asked to stop. Stop it as the user that it runs as.`,
      { cause },
    );
  }
}
