import type { ChildProcess } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import type { DataDir } from "./data-dir.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import type { Host } from "./host.ts";
import { answersAsPostgres, findFreePort } from "./loopback.ts";
import { Patience } from "./patience.ts";
import type { Postmaster } from "./postmaster.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { identifyProcess } from "./process-identity.ts";
import { type RunAs, spawnAs } from "./run-as.ts";
import type { Runtime } from "./runtime.ts";
import { beginLog, readLogTail } from "./server-log.ts";
import { type ServerSettings, settingsArguments } from "./server-settings.ts";

/** Everything that a launch needs. */
export interface Launch {
  readonly host: Host;
  readonly runtime: Runtime;
  readonly runAs: RunAs;
  readonly dataDir: DataDir;
  readonly settings: ServerSettings;
  /** The port that must be taken; undefined for any. */
  readonly port: number | undefined;
  /** The port to try first, so that clients of a server that has crashed find it again where it was. */
  readonly preferredPort: number | undefined;
  readonly onLog: (message: string) => void;
}

const PORT_ATTEMPTS_MAX = 5;
const RETRY_PAUSE_MS = 200;
const KILL_TIMEOUT_MS = 10_000;

const PORT_TAKEN = /could not bind|could not create any TCP\/IP sockets/;
/** Backends of a killed server notice its death within seconds, and until then hold its shared memory. */
const STILL_IN_USE = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;

/**
 * Starts PostgreSQL and waits until it accepts connections. Tries again while another process holds the port, at most
 * five times, and while backends of a killed predecessor live, until the patience ends.
 *
 * @throws {@link EmbeddedPostgresError} with `start-failed`, `start-timeout` or `port-unavailable`, and the end of
 *   PostgreSQL's log.
 */
export async function launch(options: Launch, patience: Patience): Promise<Postmaster> {
  let port = options.port ?? options.preferredPort ?? (await findFreePort());
  for (let portAttempts = 1; ; ) {
    const logStart = await beginLog(options.dataDir);
    const result = await launchOnce(options, port, patience);
    if (result.kind === "ready") return result.postmaster;
    const said = await readLogTail(options.dataDir, logStart);
    if (result.kind === "timeout") throw timedOut(options, patience, said);
    if (PORT_TAKEN.test(said) && portAttempts < PORT_ATTEMPTS_MAX && options.port === undefined) {
      portAttempts++;
      port = await findFreePort();
      options.onLog(`the port was taken by another process; trying port ${port}`);
    } else if (STILL_IN_USE.test(said) && !patience.exhausted) {
      options.onLog(
        "backends of a killed PostgreSQL still run on this data directory; waiting for their end",
      );
      await patience.pause(RETRY_PAUSE_MS);
    } else {
      throw failed(options, port, result, said);
    }
  }
}

type Ended = { readonly kind: "ended"; readonly how: string; readonly cause?: unknown };
type Result =
  | { readonly kind: "ready"; readonly postmaster: Postmaster }
  | Ended
  | { readonly kind: "timeout" };

async function launchOnce(options: Launch, port: number, patience: Patience): Promise<Result> {
  const log = await open(options.dataDir.log, "a", 0o600);
  let child: ChildProcess;
  try {
    const { account } = options.runAs;
    // Otherwise a log that root made would keep the owner of the data directory from starting PostgreSQL later.
    if (account !== undefined) await log.chown(account.uid, account.gid);
    child = spawnPostmaster(options, port, log);
  } finally {
    await log.close();
  }
  const end: { value?: Ended } = {};
  child.once("error", (cause) => {
    end.value = { kind: "ended", how: "it could not be started", cause };
  });
  child.once("exit", (code, signal) => {
    end.value ??= { kind: "ended", how: signal === null ? `exit code ${code}` : `ended by ${signal}` };
  });
  try {
    const result = await patience.until(
      async () => end.value ?? (await askWhetherReady(options, child, port)),
    );
    if (result !== undefined) return result;
  } catch (error) {
    await kill(child, end);
    throw error;
  }
  await kill(child, end);
  return { kind: "timeout" };
}

/**
 * In a session of its own, so that Ctrl-C in a terminal reaches this process and not PostgreSQL, which has to outlive
 * the work that this process still finishes. Its output goes to a file, since it may outlive this process too.
 */
function spawnPostmaster(options: Launch, port: number, log: FileHandle): ChildProcess {
  const { runtime, runAs, dataDir, settings } = options;
  const args = ["-D", dataDir.database, "-p", String(port), ...settingsArguments(settings)];
  const child = spawnAs(runAs, runtime.postgres, args, {
    cwd: dataDir.path,
    env: runtime.env,
    detached: true,
    windowsHide: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  child.unref();
  return child;
}

async function askWhetherReady(
  options: Launch,
  child: ChildProcess,
  port: number,
): Promise<Result | undefined> {
  const file = await readPostmasterFile(options.dataDir);
  if (file?.pid !== child.pid || file?.port !== port || file.status !== "ready") return undefined;
  const process = await identifyProcess(options.host.platform, file.pid);
  if (process === undefined || !(await answersAsPostgres(port))) return undefined;
  return { kind: "ready", postmaster: { process, port } };
}

/** Ends a server that nobody has used yet: at once, since its next start recovers in any case. */
async function kill(child: ChildProcess, end: { readonly value?: Ended }): Promise<void> {
  child.kill("SIGQUIT");
  const ended = await new Patience(KILL_TIMEOUT_MS).until(async () => end.value);
  if (ended === undefined) child.kill("SIGKILL");
}

function timedOut(options: Launch, patience: Patience, said: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "start-timeout",
    `PostgreSQL on ${options.dataDir.path} was not ready within ${patience.timeoutMs} ms, and was stopped again. Try ` +
      `again with a longer startTimeoutMs; recovery after a crash can take minutes. The end of its log:\n${said}`,
  );
}

function failed(options: Launch, port: number, result: Ended, said: string): EmbeddedPostgresError {
  if (PORT_TAKEN.test(said)) {
    return new EmbeddedPostgresError(
      "port-unavailable",
      `Port ${port} of 127.0.0.1 is used by another process. Choose another port, or leave the option out to get a ` +
        `free one. The end of PostgreSQL's log:\n${said}`,
    );
  }
  return new EmbeddedPostgresError(
    "start-failed",
    `PostgreSQL on ${options.dataDir.path} did not start (${result.how}). Repair what the end of its log names, or ` +
      `choose another data directory to begin anew:\n${said}`,
    { cause: result.cause },
  );
}
