import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@leftfold/embedded-postgres";
import { askOnce } from "./ask-once.ts";
import { supervised } from "./supervised.ts";

const run = promisify(execFile);
const lookMs = 10;
const goneTimeoutMs = 30_000;
/** One that neither ends nor answers for so long hangs: 18.4 does when told to stop fast while it recovers from a crash of its own. */
const hangsMs = 8_000;
const logLinesShown = 40;

/** The PostgreSQL of a world: durable, always at the same port, and easily killed. */
export class PostgresNode implements AsyncDisposable {
  readonly port: number;
  readonly #dataDir: string;
  #uses: EmbeddedPostgres[] = [];

  constructor(dataDir: string, port: number) {
    this.#dataDir = dataDir;
    this.port = port;
  }

  /** Where its data lies. */
  get dataDir(): string {
    return this.#dataDir;
  }

  /** Where it is found, by the port of a way that leads to it. */
  urlBy(port: number): string {
    const url = new URL(this.#uses.at(-1)?.url ?? "postgres://postgres@127.0.0.1/postgres");
    url.port = String(port);
    return url.href;
  }

  /** Starts it, and recovers it where it was killed, unless it runs. */
  async start(signal: AbortSignal): Promise<void> {
    const givenUpMs = performance.now() + hangsMs;
    // One that recovers, and fails at that, is there for a moment, and then gone.
    while (this.#uses.length > 0 && (await this.#postmasterPid()) !== undefined) {
      if (await this.#answers()) return;
      if (performance.now() > givenUpMs) await this.killAll();
      await setTimeout(lookMs, undefined, { signal });
    }
    const settings = { max_connections: "300", shared_buffers: "32MB" };
    const options = { dataDir: this.#dataDir, port: this.port, settings, signal };
    this.#uses.push(await supervised(() => startEmbeddedPostgres(options), signal));
  }

  /** Kills its main process and all others of it at once, as a machine that loses its power would. */
  async killAll(): Promise<void> {
    const pid = await this.#postmasterPid();
    if (pid === undefined) return;
    for (const each of [pid, ...(await childPidsOf(pid))]) kill(each);
    await untilGone(pid);
  }

  /** Kills its main process alone; the others notice that at moments of their own. */
  async killPostmaster(): Promise<void> {
    const pid = await this.#postmasterPid();
    if (pid === undefined) return;
    kill(pid);
    await untilGone(pid);
  }

  /** Kills one of the other processes; the main process then ends all of them, and recovers. */
  async killOne(pick: (pids: readonly number[]) => number): Promise<void> {
    const pid = await this.#postmasterPid();
    const pids = pid === undefined ? [] : await childPidsOf(pid);
    if (pids.length > 0) kill(pick(pids));
  }

  /** Stops it: `fast` rolls back and writes everything out, `immediate` leaves recovery to the next start. One that hangs is killed. */
  async stop(mode: "fast" | "immediate"): Promise<void> {
    const pid = await this.#postmasterPid();
    if (pid === undefined) return;
    kill(pid, mode === "fast" ? "SIGINT" : "SIGQUIT");
    await untilGone(pid, hangsMs).catch(() => this.killAll());
  }

  /** The end of what it logged, and which processes of it there are: for who looks into a run that failed. */
  async state(): Promise<string> {
    const pid = await this.#postmasterPid();
    const log = await readFile(join(this.#dataDir, "postgres.log"), "utf8").catch(() => "");
    const processes = pid === undefined ? "none runs" : await describe([pid, ...(await childPidsOf(pid))]);
    return `${log.trimEnd().split("\n").slice(-logLinesShown).join("\n")}\n${processes.trimEnd()}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Only the last one that is ended stops it.
    for (const use of this.#uses.splice(0)) await use.stop();
  }

  async #answers(): Promise<boolean> {
    try {
      await askOnce(this.urlBy(this.port), (sql) => sql`select 1`);
      return true;
    } catch {
      return false;
    }
  }

  /** The number of its main process; undefined when it does not run. */
  async #postmasterPid(): Promise<number | undefined> {
    const text = await readFile(join(this.#dataDir, "pgdata", "postmaster.pid"), "utf8").catch(() => "");
    const pid = Number.parseInt(text, 10);
    if (!(pid > 0)) return undefined;
    // The file outlives a process that was killed, and its number may be somebody else's by now.
    const { stdout } = await run("ps", ["-p", String(pid), "-o", "args="]).catch(() => ({ stdout: "" }));
    return stdout.includes(this.#dataDir) ? pid : undefined;
  }
}

async function childPidsOf(pid: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="]);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
}

/** Each with its state, what it waits for in the kernel, and its name. */
async function describe(pids: readonly number[]): Promise<string> {
  const { stdout } = await run("ps", ["-o", "pid=,stat=,wchan=,etime=,args=", "-p", pids.join(",")]);
  return stdout;
}

function kill(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself meanwhile, or another fault has ended it.
  }
}

/** Only for the main process, which is a child of this one: others may stay as zombies that nobody collects. */
async function untilGone(pid: number, timeoutMs = goneTimeoutMs): Promise<void> {
  const givenUpMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    if (performance.now() > givenUpMs) throw new Error(`Process ${pid} still runs after ${timeoutMs} ms.`);
    await setTimeout(lookMs);
  }
}
