import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { Host } from "./host.ts";

/** A user and its group, by number. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * As whom PostgreSQL runs. It refuses to run as root, and `initdb` wants its user to have an account.
 */
export interface RunAs {
  /** Change to this user first; absent to stay who this process is. */
  readonly account?: Account;
  /** Then enter a user namespace in which this user appears as the given account. Files keep their real owner. */
  readonly namespace?: { readonly unshare: string } & Account;
}

const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * Chooses as whom PostgreSQL runs, given the owner of the data directory.
 *
 * - An ordinary user runs it as itself, and without an account (`docker run --user 12345`) in a namespace.
 * - Root runs it as the owner of the data directory, so that the owner can go on using it.
 * - Root with a directory of its own runs it in a namespace, where root's files belong to an ordinary user, and as
 *   `nobody` where namespaces are forbidden, such as in most containers. The caller then hands the files over.
 */
export async function chooseRunAs(host: Host, owner: Account): Promise<RunAs> {
  if (host.uid === undefined) return {};
  const accounts = await readAccounts(host.passwdFile);
  const ordinary = accounts.find(({ uid }) => uid === NOBODY.uid) ?? accounts.find(({ uid }) => uid !== 0);
  const namespace = { unshare: host.unshare, ...(ordinary ?? NOBODY) };
  const user = host.uid === 0 ? owner.uid : host.uid;
  const account = host.uid === 0 && owner.uid !== 0 ? { account: owner } : {};
  if (user !== 0 && accounts.some(({ uid }) => uid === user)) return account;
  if (host.platform === "linux" && (await works({ ...account, namespace }))) return { ...account, namespace };
  return user === 0 ? { account: accounts.find(({ name }) => name === "nobody") ?? NOBODY } : account;
}

/** Starts a program as this user. */
export function spawnAs(
  runAs: RunAs,
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  // `| 0`: numbers of users are unsigned, and Node takes them signed (macOS has nobody at -2).
  const { account, namespace } = runAs;
  const as = account === undefined ? {} : { uid: account.uid | 0, gid: account.gid | 0 };
  if (namespace === undefined) return spawn(program, args, { ...options, ...as });
  const enter = ["-U", `--map-user=${namespace.uid}`, `--map-group=${namespace.gid}`, "--", program, ...args];
  return spawn(namespace.unshare, enter, { ...options, ...as });
}

function works(runAs: RunAs): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawnAs(runAs, "true", [], { stdio: "ignore" });
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
}

async function readAccounts(passwdFile: string): Promise<readonly (Account & { readonly name: string })[]> {
  const text = await readFile(passwdFile, "utf8").catch(() => "");
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4)
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }));
}
