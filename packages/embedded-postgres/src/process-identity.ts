import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { systemCode } from "./embedded-postgres-error.ts";

/**
 * Which process, beyond its number: numbers are used again, and after the restart of a container they nearly always
 * are. `startedAt` is compared as a whole and means nothing else; it is empty where the platform does not tell.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/**
 * The process that has this number now; undefined when there is none. A process that has ended and was not yet
 * collected by its parent counts as ended: in a container whose first process collects nobody, it stays that way.
 */
export async function identifyProcess(
  platform: NodeJS.Platform,
  pid: number,
): Promise<ProcessIdentity | undefined> {
  if (!exists(pid)) return undefined;
  if (platform === "linux") return fromProc(pid);
  if (platform === "win32") return { pid, startedAt: "" };
  return fromPs(pid);
}

/** Whether exactly this process still runs. */
export async function isRunning(platform: NodeJS.Platform, identity: ProcessIdentity): Promise<boolean> {
  const now = await identifyProcess(platform, identity.pid);
  if (now === undefined) return false;
  return now.startedAt === "" || identity.startedAt === "" || now.startedAt === identity.startedAt;
}

/** Reads an identity that was written as JSON; undefined when the text is none, such as after a half-done write. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<ProcessIdentity>;
    return Number.isInteger(pid) && typeof startedAt === "string"
      ? { pid: pid as number, startedAt }
      : undefined;
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

/** Field 3 is the state and field 22 the start in ticks since the boot (proc_pid_stat(5)); field 2 may hold spaces. */
async function fromProc(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return exists(pid) ? { pid, startedAt: "" } : undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  return { pid, startedAt: `${boot.trim()}/${fields[19]}` };
}

async function fromPs(pid: number): Promise<ProcessIdentity | undefined> {
  const line = await psField(pid, "lstart,state");
  if (line === undefined) return exists(pid) ? { pid, startedAt: "" } : undefined;
  const [, startedAt, state] = /^(.*)\s(\S+)$/.exec(line) ?? [];
  return state?.startsWith("Z") ? undefined : { pid, startedAt: startedAt?.trim() ?? "" };
}

/** What `ps` says about one process; undefined when it says nothing. */
export function psField(pid: number, field: string): Promise<string | undefined> {
  const columns = field.split(",").flatMap((name) => ["-o", `${name}=`]);
  const env = { ...process.env, LC_ALL: "C" };
  return new Promise((resolve) => {
    execFile("ps", [...columns, "-p", String(pid)], { env }, (error, stdout) =>
      resolve(error === null && stdout.trim() !== "" ? stdout.trim() : undefined),
    );
  });
}
