import { lchown, lstat, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ignoring } from "./data-dir.ts";
import type { Account } from "./run-as.ts";

/**
 * Hands a folder and everything in it to a user. A folder that the user already owns is not looked into, except for
 * the topmost one, so that handing over a large database costs nothing after the first time.
 */
export async function handOver(path: string, account: Account): Promise<void> {
  await lchown(path, account.uid, account.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    // Files by which other processes wait for the lock come and go.
    const found = await lstat(inner).catch(ignoring("ENOENT"));
    if (found === undefined || found.uid === account.uid) continue;
    if (entry.isDirectory()) await handOver(inner, account);
    else await lchown(inner, account.uid, account.gid).catch(ignoring("ENOENT"));
  }
}

/**
 * The topmost folder on the way to `path`, itself included, that the user may not enter; undefined when the way is
 * free. Looks at the permission bits only: an access control list can allow what they forbid.
 */
export async function findBarrier(path: string, account: Account): Promise<string | undefined> {
  const parent = dirname(path);
  if (parent !== path) {
    const above = await findBarrier(parent, account);
    if (above !== undefined) return above;
  }
  const { uid, gid, mode } = await stat(path);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & bit) === 0 ? path : undefined;
}
