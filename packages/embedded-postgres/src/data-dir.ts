import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { EmbeddedPostgresError, systemCode } from "./embedded-postgres-error.ts";
import type { Installation } from "./installation.ts";

/** What lies where in the data directory. Everything is private to its owner. */
export interface DataDir {
  readonly path: string;
  /** PostgreSQL's own data directory. It appears complete, by a rename, or not at all. */
  readonly database: string;
  /** The generated password of the user `postgres`, readable by the owner only. */
  readonly password: string;
  /** What PostgreSQL logs, and the previous log behind it. */
  readonly log: string;
  readonly previousLog: string;
  /** Symbolic links to shared libraries, where the platform needs them. */
  readonly libraries: string;
  /** One file per use by a process. */
  readonly users: string;
  readonly locks: string;
}

/** The start of the names of unfinished databases; whoever holds the lock may remove them. */
export const UNFINISHED = "pgdata.new-";
/** The start of the names of copied installations. */
export const COPIED_INSTALLATION = "native-";

const OURS = /^(pgdata|pgdata\.new-.*|password|password\.new|postgres\.log(\.1)?|lib|users|locks|native-.*)$/;
const HARMLESS = new Set(["lost+found", ".DS_Store", ".gitignore", ".gitkeep"]);

/**
 * Makes the folder and its inner folders, private to their owner.
 *
 * @throws {@link EmbeddedPostgresError} with `data-dir-unusable` when that is not possible, or when a
 *   folder without a database holds anything else: its owner and permissions are about to be changed, which nobody wants for a home directory.
 */
export async function prepareDataDir(path: string): Promise<DataDir> {
  const wanted = resolve(path);
  try {
    await mkdir(dirname(wanted), { recursive: true });
    await mkdir(wanted, { mode: 0o700 }).catch(ignoring("EEXIST"));
    const dataDir = layOut(await realpath(wanted));
    if (!existsSync(dataDir.database)) await refuseForeign(dataDir);
    if (((await stat(dataDir.path)).mode & 0o777) !== 0o700) await chmod(dataDir.path, 0o700);
    await mkdir(dataDir.users, { mode: 0o700 }).catch(ignoring("EEXIST"));
    await mkdir(dataDir.locks, { mode: 0o700 }).catch(ignoring("EEXIST"));
    return dataDir;
  } catch (cause) {
    if (cause instanceof EmbeddedPostgresError) throw cause;
    throw new EmbeddedPostgresError(
      "data-dir-unusable",
      `The data directory ${wanted} cannot be made or used (${systemCode(cause) ?? cause}). Choose a folder that the ` +
        `user of this process (${process.geteuid?.() ?? "on Windows"}) owns and can write to.`,
      { cause },
    );
  }
}

/**
 * Whether the data directory already holds a database.
 *
 * @throws {@link EmbeddedPostgresError} with `data-dir-version` when another major version of PostgreSQL wrote it, and
 *   with `data-dir-unusable` when it is damaged.
 */
export async function hasDatabase(dataDir: DataDir, installation: Installation): Promise<boolean> {
  if ((await stat(dataDir.database).catch(ignoring("ENOENT"))) === undefined) return false;
  const version = await readFile(join(dataDir.database, "PG_VERSION"), "utf8").catch(ignoring("ENOENT"));
  if (version === undefined) {
    throw new EmbeddedPostgresError(
      "data-dir-unusable",
      `${dataDir.database} is there, but its file PG_VERSION is not: it is no PostgreSQL database, or a damaged one. ` +
        "Restore it from a backup, or choose another data directory.",
    );
  }
  if (version.trim() === String(installation.major)) return true;
  throw new EmbeddedPostgresError(
    "data-dir-version",
    `The data directory ${dataDir.path} was written by PostgreSQL ${version.trim()}, and this package brings ` +
      `PostgreSQL ${installation.major}, which cannot read it. Start it with the version of this package that wrote ` +
      "it and move the data with pg_dump and psql, or choose another data directory to begin anew.",
  );
}

function layOut(path: string): DataDir {
  return {
    path,
    database: join(path, "pgdata"),
    password: join(path, "password"),
    log: join(path, "postgres.log"),
    previousLog: join(path, "postgres.log.1"),
    libraries: join(path, "lib"),
    users: join(path, "users"),
    locks: join(path, "locks"),
  };
}

async function refuseForeign(dataDir: DataDir): Promise<void> {
  const foreign = (await readdir(dataDir.path)).find((name) => !OURS.test(name) && !HARMLESS.has(name));
  if (foreign === undefined) return;
  throw new EmbeddedPostgresError(
    "data-dir-unusable",
    `The data directory ${dataDir.path} holds something that does not belong to an embedded PostgreSQL ` +
      `(${foreign}). Choose a folder that is empty, or that does not exist yet.`,
  );
}

/** For `catch`: undefined for this failure of a system call, and the error itself for every other. */
export function ignoring(code: string): (error: unknown) => undefined {
  return (error) => {
    if (systemCode(error) !== code) throw error;
    return undefined;
  };
}
