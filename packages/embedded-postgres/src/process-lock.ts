import { randomUUID } from "node:crypto";
import { link, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EmbeddedPostgresError, systemCode } from "./embedded-postgres-error.ts";
import type { Patience } from "./patience.ts";
import { identifyProcess, isRunning, type ProcessIdentity, parseIdentity } from "./process-identity.ts";

/** A lock between processes that a killed holder does not leave behind for ever. */
export interface ProcessLock {
  release(): Promise<void>;
}

/** Where the lock lies, and for which platform's processes. */
export interface LockPlace {
  /** An existing folder that nothing else uses. */
  readonly folder: string;
  readonly platform: NodeJS.Platform;
}

interface Holder extends ProcessIdentity {
  /** Names this one taking of the lock, so that a later one by the same process is not mistaken for it. */
  readonly token: string;
}

/**
 * Takes the lock, waiting for other processes, and for other callers in this process.
 *
 * 1. Writes a claim that names this process, and links it to the lock's name: linking fails when the name exists, and
 *    makes name and content appear at once.
 * 2. When the name exists and its holder runs, waits and tries again.
 * 3. When the holder has ended, takes the lock *on the right to remove exactly this taking* (its name holds the
 *    token), looks again, and removes it. Without that second lock, two processes that both saw the dead holder could
 *    remove each other's fresh lock.
 *
 * @throws {@link EmbeddedPostgresError} with `busy` when the patience ends.
 */
export async function acquireLock(place: LockPlace, patience: Patience): Promise<ProcessLock> {
  const self = await identifyProcess(place.platform, process.pid);
  const holder: Holder = { pid: process.pid, startedAt: self?.startedAt ?? "", token: randomUUID() };
  const claim = join(place.folder, `claim-${holder.token}`);
  await writeFile(claim, JSON.stringify(holder), { flag: "wx" });
  try {
    await sweepClaims(place);
    return await take(place, "lock", claim, patience);
  } finally {
    await unlink(claim);
  }
}

async function take(place: LockPlace, name: string, claim: string, patience: Patience): Promise<ProcessLock> {
  const path = join(place.folder, name);
  const taken = await patience.until(async () => {
    if (await tryLink(claim, path)) return true;
    const holder = await readHolder(path);
    if (holder !== undefined && !(await isRunning(place.platform, holder))) {
      const right = await take(place, `remove-${holder.token}`, claim, patience);
      try {
        if ((await readHolder(path))?.token === holder.token) await unlink(path);
      } finally {
        await right.release();
      }
    }
    return undefined;
  });
  if (taken) return { release: () => unlink(path) };
  const holder = await readHolder(path);
  throw new EmbeddedPostgresError(
    "busy",
    `Another process (pid ${holder?.pid ?? "unknown"}) was starting or stopping the PostgreSQL of ${place.folder} for ` +
      `more than ${patience.timeoutMs} ms. Try again, or look at what that process waits for.`,
  );
}

async function tryLink(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  const identity = text === undefined ? undefined : parseIdentity(text);
  return identity === undefined ? undefined : { ...identity, token: (JSON.parse(text!) as Holder).token };
}

/** Claims are removed by who wrote them; those of killed processes are removed here. */
async function sweepClaims(place: LockPlace): Promise<void> {
  for (const name of await readdir(place.folder)) {
    if (!name.startsWith("claim-")) continue;
    const path = join(place.folder, name);
    const holder = await readHolder(path);
    if (holder === undefined || (await isRunning(place.platform, holder))) continue;
    await unlink(path).catch(() => {});
  }
}
