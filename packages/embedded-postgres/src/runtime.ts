import { constants, existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { COPIED_INSTALLATION, type DataDir } from "./data-dir.ts";
import type { Host } from "./host.ts";
import { type Installation, type LibraryLink, programPath } from "./installation.ts";
import { findBarrier, handOver } from "./ownership.ts";
import type { RunAs } from "./run-as.ts";

/** Programs that can be started: their paths, and the environment in which they find their shared libraries. */
export interface Runtime {
  readonly postgres: string;
  readonly initdb: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Makes the binaries able to start. npm leaves out the symbolic links under which they look for their libraries.
 *
 * 1. Where no links are needed (Windows), or where the package's install script has made them, nothing is done.
 * 2. On Linux the links go into a folder of the data directory that `LD_LIBRARY_PATH` names.
 * 3. Otherwise the whole installation is copied into the data directory and the links are made there: on macOS, where
 *    `initdb` starts `postgres` through `/bin/sh`, which drops every `DYLD_` variable, and a copy costs no space on
 *    APFS; where the path holds a colon, which separates paths in the variable; and where the user that PostgreSQL
 *    runs as cannot reach the package.
 */
export async function prepareRuntime(
  host: Host,
  installation: Installation,
  dataDir: DataDir,
  runAs: RunAs,
): Promise<Runtime> {
  const library = join(installation.root, "lib");
  const account = runAs.account;
  const reachable =
    account === undefined || (await findBarrier(join(installation.root, "bin"), account)) === undefined;
  const linked = installation.links.every(({ name }) => existsSync(join(library, name)));
  if (reachable && linked) return runtimeIn(host, installation.root, {});
  if (reachable && host.platform === "linux" && !`${dataDir.path}${library}`.includes(":")) {
    await link(installation.links, library, dataDir.libraries);
    return runtimeIn(host, installation.root, { LD_LIBRARY_PATH: `${dataDir.libraries}:${library}` });
  }
  const copy = await copyInstallation(installation, dataDir);
  if (account !== undefined) await handOver(copy, account);
  return runtimeIn(host, copy, {});
}

function runtimeIn(host: Host, root: string, added: NodeJS.ProcessEnv): Runtime {
  const env: NodeJS.ProcessEnv = { ...process.env, ...added, LC_ALL: "C" };
  // PGDATA, PGPORT and their like are meant for other servers and clients.
  for (const name of Object.keys(env)) if (name.startsWith("PG")) delete env[name];
  return { postgres: programPath(host, root, "postgres"), initdb: programPath(host, root, "initdb"), env };
}

/** Makes the folder anew each time: the package may have moved since. */
async function link(links: readonly LibraryLink[], library: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o755 });
  for (const { name, file } of links) await symlink(join(library, file), join(folder, name));
}

async function copyInstallation(installation: Installation, dataDir: DataDir): Promise<string> {
  const copy = join(dataDir.path, `${COPIED_INSTALLATION}${installation.version}`);
  if (existsSync(copy)) return copy;
  for (const name of await readdir(dataDir.path)) {
    if (name.startsWith(COPIED_INSTALLATION))
      await rm(join(dataDir.path, name), { recursive: true, force: true });
  }
  const unfinished = `${copy}.new`;
  await cp(installation.root, unfinished, { recursive: true, mode: constants.COPYFILE_FICLONE });
  for (const { name, file } of installation.links) await symlink(file, join(unfinished, "lib", name));
  await rename(unfinished, copy);
  return copy;
}
