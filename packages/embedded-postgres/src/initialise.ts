import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type DataDir, UNFINISHED } from "./data-dir.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { type RunAs, spawnAs } from "./run-as.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Makes the database: UTF-8, sorted by code point (so that no update of a C library or of ICU changes the order of
 * indexes), with a password for every connection.
 *
 * 1. Removes what interrupted attempts left. The caller holds the lock, so nobody needs it.
 * 2. Runs `initdb` in a folder with a name of its own.
 * 3. Renames it to its place, so that a database is there complete or not at all.
 *
 * @throws {@link EmbeddedPostgresError} with `initdb-failed`, and what `initdb` said.
 */
export async function initialise(
  runtime: Runtime,
  runAs: RunAs,
  dataDir: DataDir,
  signal?: AbortSignal,
): Promise<void> {
  for (const name of await readdir(dataDir.path)) {
    // An orphaned initdb may still write there: what it adds makes the removal fail, and is removed the next time.
    if (name.startsWith(UNFINISHED)) await rm(join(dataDir.path, name), { recursive: true }).catch(() => {});
  }
  const unfinished = join(dataDir.path, `${UNFINISHED}${randomUUID()}`);
  try {
    await runInitdb(runtime, runAs, dataDir, unfinished, signal);
    await rename(unfinished, dataDir.database);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
    throw error;
  }
  await syncFolder(dataDir.path);
}

function runInitdb(
  runtime: Runtime,
  runAs: RunAs,
  dataDir: DataDir,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const args = [
    ...[
      "--pgdata",
      folder,
      "--username",
      "postgres",
      "--pwfile",
      dataDir.password,
      "--auth",
      "scram-sha-256",
    ],
    ...["--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"],
    "--no-instructions",
  ];
  return new Promise((resolve, reject) => {
    const fail = (how: string, cause?: unknown): void =>
      reject(
        new EmbeddedPostgresError(
          "initdb-failed",
          `initdb could not make a database in ${dataDir.path}: ${how}. Look at what it said, and at the permissions ` +
            `and the free space of the folder.\n${said.trim()}`,
          { cause },
        ),
      );
    let said = "";
    // A session of its own: Ctrl-C goes to the terminal's process group, and this process decides what it means.
    const child = spawnAs(runAs, runtime.initdb, args, {
      cwd: dataDir.path,
      env: runtime.env,
      detached: true,
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stop = (): boolean => child.kill();
    signal?.addEventListener("abort", stop, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        said = `${said}${chunk}`.slice(-4000);
      });
    }
    child.once("error", (error) => fail(`it could not be started`, error));
    child.once("close", (code, killedBy) => {
      signal?.removeEventListener("abort", stop);
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve();
      else fail(killedBy === null ? `it ended with exit code ${code}` : `it was ended by ${killedBy}`);
    });
  });
}

/** Makes the rename durable. Windows neither needs nor allows this. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
