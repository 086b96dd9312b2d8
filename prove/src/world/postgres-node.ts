import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@leftfold/embedded-postgres";

const run = promisify(execFile);
const lookMs = 10;
const goneTimeoutMs = 30_000;

/** The PostgreSQL of a world: durable, always at the same port, and easily killed. */
export class PostgresNode implements AsyncDisposable {
  readonly port: number;
  readonly #dataDir: string;
  #uses: EmbeddedPostgres[] = [];

  constructor(dataDir: string, port: number) {
    this.#dataDir = dataDir;
    this.port = port;
  }

  /** Where it is found, by the port of a way that leads to it. */
  urlBy(port: number): string {
    const url = new URL(this.#uses.at(-1)?.url ?? "postgres://postgres@127.0.0.1/postgres");
    url.port = String(port);
    return url.href;
  }

  /** Starts it, and recovers it where it was killed, unless it runs. */
  async start(signal: AbortSignal): Promise<void> {
    // Without a checkpoint in the background, a killed one has more to recover.
    const settings = { max_connections: "300", shared_buffers: "32MB", checkpoint_timeout: "1h" };
    this.#uses.push(
      await startEmbeddedPostgres({ dataDir: this.#dataDir, port: this.port, settings, signal }),
    );
  }

  /** Kills its main process and all others of it at once, as a machine that loses its power would. */
  async killAll(): Promise<void> {
    const pid = await this.#postmasterPid();
    for (const each of [pid, ...(await this.childPids())]) kill(each);
    await untilGone(pid);
  }

  /** Kills its main process alone; the others notice that at moments of their own. */
  async killPostmaster(): Promise<void> {
    const pid = await this.#postmasterPid();
    kill(pid);
    await untilGone(pid);
  }

  /** Kills one of the other processes; the main process then ends all of them, and recovers. */
  async killOne(pick: (pids: readonly number[]) => number): Promise<void> {
    const pids = await this.childPids();
    if (pids.length > 0) kill(pick(pids));
  }

  /** Stops it: `fast` rolls back and writes everything out, `immediate` leaves recovery to the next start. */
  async stop(mode: "fast" | "immediate"): Promise<void> {
    const pid = await this.#postmasterPid();
    process.kill(pid, mode === "fast" ? "SIGINT" : "SIGQUIT");
    await untilGone(pid);
  }

  /** The processes that its main process started. */
  async childPids(): Promise<readonly number[]> {
    const pid = await this.#postmasterPid();
    const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="]);
    return stdout
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .filter(([, parent]) => parent === pid)
      .map(([child]) => child!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Only the last one that is ended stops it.
    for (const use of this.#uses.splice(0)) await use.stop();
  }

  async #postmasterPid(): Promise<number> {
    const text = await readFile(join(this.#dataDir, "pgdata", "postmaster.pid"), "utf8");
    return Number.parseInt(text, 10);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** Only for the main process, which is a child of this one: others may stay as zombies that nobody collects. */
async function untilGone(pid: number): Promise<void> {
  const givenUpMs = performance.now() + goneTimeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > givenUpMs)
      throw new Error(`Process ${pid} still runs after ${goneTimeoutMs} ms.`);
    await setTimeout(lookMs);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
