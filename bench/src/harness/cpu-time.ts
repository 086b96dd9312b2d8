import { readdirSync, readFileSync } from "node:fs";
import type { CpuMicros, CpuProbe } from "./window.ts";

/** Whose CPU time to read. */
export interface CpuAccount {
  /** The name under which it is reported: `client`, `server`, `postgres`. */
  readonly name: string;
  readonly pid: number;
  /** Count the children too, those that have ended included: a postmaster and its backends. */
  readonly withChildren: boolean;
}

// USER_HZ: fixed at 100 by the kernel's interface to user space on every platform that Node runs on.
const microsPerTick = 1_000_000 / 100;

/**
 * A probe of this process' own CPU time and of others' by way of `/proc`. An account that cannot be read,
 * since its process is gone, on another machine, or there is no `/proc`, is left out rather than shown as
 * zero.
 */
export function cpuProbe(accounts: readonly CpuAccount[]): CpuProbe {
  return () => {
    const micros: Record<string, number> = {};
    for (const account of accounts) {
      const spent = account.pid === process.pid ? ownMicros() : processMicros(account);
      if (spent !== undefined) micros[account.name] = spent;
    }
    return micros satisfies CpuMicros;
  };
}

function ownMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function processMicros(account: CpuAccount): number | undefined {
  const own = readStat(account.pid);
  if (own === undefined) return undefined;
  if (!account.withChildren) return own.ticks * microsPerTick;
  // A parent's count of the children it has buried takes over what a child's own count held, so that nothing
  // is lost when a backend ends in between.
  let ticks = own.ticks + own.buriedTicks;
  for (const pid of childrenOf(account.pid)) ticks += readStat(pid)?.ticks ?? 0;
  return ticks * microsPerTick;
}

function childrenOf(pid: number): number[] {
  // Only some kernels keep this list; without it every process has to be looked at, which takes milliseconds.
  const listed = readOrUndefined(`/proc/${pid}/task/${pid}/children`);
  if (listed !== undefined) return listed.trim().split(" ").filter(Boolean).map(Number);
  return numbersIn("/proc").filter((each) => readStat(each)?.parentPid === pid);
}

interface Stat {
  readonly parentPid: number;
  readonly ticks: number;
  readonly buriedTicks: number;
}

/** See proc(5): utime, stime, cutime and cstime are the fields 14 to 17. */
function readStat(pid: number): Stat | undefined {
  const line = readOrUndefined(`/proc/${pid}/stat`);
  if (line === undefined) return undefined;
  // The command's name stands in parentheses and may itself contain spaces and parentheses.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  return { parentPid: field(4), ticks: field(14) + field(15), buriedTicks: field(16) + field(17) };
}

/**
 * The process that started this one, when both are on this machine; a database backend's is the postmaster.
 */
export function parentPid(pid: number): number | undefined {
  return readStat(pid)?.parentPid;
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
