import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type DataDir, hasDatabase, prepareDataDir } from "./data-dir.ts";
import { type EmbeddedPostgres, handleOf, type Use } from "./embedded-postgres.ts";
import { EmbeddedPostgresError, systemCode } from "./embedded-postgres-error.ts";
import { type Host, thisHost } from "./host.ts";
import { initialise } from "./initialise.ts";
import { findInstallation, type Installation } from "./installation.ts";
import { launch } from "./launch.ts";
import { type CheckedOptions, checkOptions, type EmbeddedPostgresOptions } from "./options.ts";
import { findBarrier, handOver } from "./ownership.ts";
import { createPassword, readPassword } from "./password.ts";
import { Patience } from "./patience.ts";
import { findPostmaster, type Postmaster } from "./postmaster.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { acquireLock } from "./process-lock.ts";
import { chooseRunAs, type RunAs } from "./run-as.ts";
import { prepareRuntime } from "./runtime.ts";
import { shutDown } from "./shut-down.ts";
import { Users } from "./users.ts";

/**
 * Starts a real PostgreSQL on a data directory, or joins the one that already runs there.
 *
 * 1. Takes the directory's lock, so that of several processes one starts PostgreSQL and the others join it.
 * 2. Adopts a PostgreSQL that runs there, such as one whose parent was killed.
 * 3. Otherwise makes the database if there is none, and starts PostgreSQL: as this user, or, for root, as one that
 *    PostgreSQL accepts.
 *
 * PostgreSQL stays until the last process that uses it calls `stop()`. When all of them are killed it lives on, and the
 * next start adopts it.
 *
 * @throws {@link EmbeddedPostgresError}; see {@link EmbeddedPostgresErrorCode} for the ways it can fail. Rejects with the
 *   signal's reason when it is aborted.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return startOn(thisHost(), options);
}

/** The same on a machine that a test describes. */
export async function startOn(host: Host, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const checked = checkOptions(options);
  checked.signal?.throwIfAborted();
  const installation = findInstallation(host);
  const dataDir = await prepareDataDir(checked.dataDir);
  try {
    return await startUnderLock(host, checked, installation, dataDir);
  } catch (error) {
    if (systemCode(error) === undefined || error === checked.signal?.reason) throw error;
    throw new EmbeddedPostgresError(
      "data-dir-unusable",
      `The data directory ${dataDir.path} cannot be used: ${(error as Error).message}. See that the disk has space, and ` +
        "that everything in the folder belongs to the user that PostgreSQL runs as.",
      { cause: error },
    );
  }
}

async function startUnderLock(
  host: Host,
  options: CheckedOptions,
  installation: Installation,
  dataDir: DataDir,
): Promise<EmbeddedPostgres> {
  const patience = new Patience(options.startTimeoutMs, options.signal);
  const users = new Users(dataDir.users, host.platform);
  const lock = await acquireLock({ folder: dataDir.locks, platform: host.platform }, patience);
  try {
    // Finding out that a server is gone removes the file that tells where it was.
    const lastPort = (await readPostmasterFile(dataDir))?.port;
    const start: Start = { host, installation, dataDir, users, options, patience, lastPort };
    const existing = (await hasDatabase(dataDir, installation)) ? await adopt(start) : undefined;
    const user = await users.enter();
    try {
      const postmaster = existing ?? (await startAnew(start));
      const password = await readPassword(dataDir);
      const use: Use = { host, installation, dataDir, users, user, onLog: options.onLog };
      return handleOf(use, `postgres://postgres:${password}@127.0.0.1:${postmaster.port}/postgres`);
    } catch (error) {
      await users.leave(user);
      throw error;
    }
  } finally {
    await lock.release();
  }
}

interface Start {
  readonly host: Host;
  readonly installation: Installation;
  readonly dataDir: DataDir;
  readonly users: Users;
  readonly options: CheckedOptions;
  readonly patience: Patience;
  /** The port of a server that was not stopped, and may have crashed. */
  readonly lastPort: number | undefined;
}

/** The PostgreSQL that already runs, if its port will do. One on another port is stopped when nobody uses it. */
async function adopt(start: Start): Promise<Postmaster | undefined> {
  const { host, installation, dataDir, users, options, patience } = start;
  const running = await findPostmaster(host, dataDir, patience);
  if (running === undefined) return undefined;
  if (options.port === undefined || options.port === running.port) {
    options.onLog(
      `using the PostgreSQL that runs on ${dataDir.path} (pid ${running.process.pid}, port ${running.port})`,
    );
    return running;
  }
  const pids = await users.pids();
  if (pids.length > 0) {
    throw new EmbeddedPostgresError(
      "port-unavailable",
      `PostgreSQL runs on ${dataDir.path} at port ${running.port}, not ${options.port}, and is used by the processes ` +
        `${pids.join(", ")}. Leave the port out to share it, or stop those processes first.`,
    );
  }
  options.onLog(`moving PostgreSQL from port ${running.port} to port ${options.port}`);
  await shutDown(host, installation, running.process, patience.signal);
  return undefined;
}

async function startAnew(start: Start): Promise<Postmaster> {
  const { host, installation, dataDir, options, patience } = start;
  const { port, settings, onLog, signal } = options;
  const runAs = await chooseRunAs(host, await stat(dataDir.path));
  await refuseBarrier(runAs, dataDir);
  const runtime = await prepareRuntime(host, installation, dataDir, runAs);
  const isNew = !(await hasDatabase(dataDir, installation));
  if (isNew) await createPassword(dataDir);
  if (runAs.account !== undefined) await handOver(dataDir.path, runAs.account);
  if (isNew) {
    onLog(`making a PostgreSQL ${installation.major} database in ${dataDir.path}`);
    await initialise(runtime, runAs, dataDir, signal);
  }
  onLog(`starting PostgreSQL on ${dataDir.path}`);
  const postmaster = await launch(
    { host, runtime, runAs, dataDir, settings, port, preferredPort: start.lastPort, onLog },
    patience,
  );
  onLog(`started PostgreSQL on ${dataDir.path} (pid ${postmaster.process.pid}, port ${postmaster.port})`);
  return postmaster;
}

/** Refuses a data directory that the user as whom root runs PostgreSQL cannot reach, before anything is changed. */
async function refuseBarrier(runAs: RunAs, dataDir: DataDir): Promise<void> {
  const account = runAs.account;
  if (account === undefined) return;
  const barrier = await findBarrier(dirname(dataDir.path), account);
  if (barrier === undefined) return;
  throw new EmbeddedPostgresError(
    "data-dir-unusable",
    `PostgreSQL refuses to run as root, and the user that it would run as (uid ${account.uid}) may not enter ` +
      `${barrier}, in which the data directory ${dataDir.path} lies. Choose a data directory elsewhere, such as ` +
      `/var/lib/leftfold, run this process as an ordinary user, or allow entering with chmod o+x ${barrier}.`,
  );
}
