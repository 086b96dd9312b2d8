import { type ChildProcess, execFile, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { abortable } from "@leftfold/core";
import type { Needs } from "./needs.ts";
import { supervised } from "./supervised.ts";

const main = fileURLToPath(new URL("../../../packages/server/src/main.ts", import.meta.url));
/** Compiled code is kept where Node keeps it by default: servers are killed often, and start at half the cost. */
const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") };
const stopTimeoutMs = 15_000;
const saidMax = 20_000;

export interface ServerNodeOptions {
  /** The port on 127.0.0.1 at which it listens, whenever it runs. */
  readonly port: number;
  /** Where it finds PostgreSQL. */
  readonly databaseUrl: string;
  readonly needs: Needs;
}

/** Lets the binary's code be compiled and kept: only a process that ends by itself leaves what it compiled. */
export async function compileServer(): Promise<void> {
  await promisify(execFile)(process.execPath, [main, "--version"], {
    env: { ...process.env, ...compileCache },
  });
}

/** One server: the binary as a process of its own, which can be killed, paused, and started again. */
export class ServerNode implements AsyncDisposable {
  readonly port: number;
  readonly #options: ServerNodeOptions;
  #process: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #isReady = false;
  #said = "";
  #isWanted = false;
  #collapses = 0;

  constructor(options: ServerNodeOptions) {
    this.port = options.port;
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The end of what it wrote to its streams. */
  get said(): string {
    return this.#said;
  }

  /** The number of its process; undefined when there is none. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * How often it ended by itself, although it had come up and nobody had killed it, since this was last
   * asked.
   */
  takeCollapses(): number {
    const times = this.#collapses;
    this.#collapses = 0;
    return times;
  }

  /**
   * Starts it, unless it runs, and waits until it serves: as a supervisor would, again when it ends before
   * that.
   *
   * @throws Error with its own words when it does not come up; the signal's reason.
   */
  start(signal: AbortSignal): Promise<void> {
    return supervised(() => this.#startOnce(signal), signal);
  }

  /** Kills it as a crash would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#isWanted = false;
    this.#process?.kill("SIGKILL");
    await this.#ended;
  }

  /** Stands still from here on, as in a long pause of its machine. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  /** Goes on after a pause. */
  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Stops it as an operator would; kills it when that takes longer than 15 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isWanted = false;
    this.resume();
    this.#process?.kill("SIGTERM");
    const timer = setTimeout(() => this.#process?.kill("SIGKILL"), stopTimeoutMs);
    await this.#ended;
    clearTimeout(timer);
  }

  async #startOnce(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const child = this.#process ?? this.#spawn();
    const failed = this.#ended.then(() => {
      throw new Error(`The server on port ${this.port} ended while it started:\n${this.#said}`);
    });
    await abortable(Promise.race([this.#serves(child), failed]), signal);
    this.#isWanted = true;
  }

  #spawn(): ChildProcess {
    const { needs, databaseUrl, port } = this.#options;
    const settings = ["--bind-addr", `127.0.0.1:${port}`, "--backend", "postgres"];
    const child = spawn(process.execPath, [...(needs.serverFlags ?? []), main, ...settings], {
      env: { ...process.env, ...compileCache, ...needs.serverEnvironment, DATABASE_URL: databaseUrl },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#isReady = false;
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#said = (this.#said + text).slice(-saidMax);
      });
    }
    const killWithThis = (): boolean => child.kill("SIGKILL");
    process.once("exit", killWithThis);
    this.#ended = new Promise((resolve) => {
      const ended = (): void => {
        process.off("exit", killWithThis);
        this.#process = undefined;
        if (this.#isWanted) this.#collapses++;
        this.#isWanted = false;
        resolve();
      };
      child.once("exit", ended);
      child.once("error", ended);
    });
    return child;
  }

  async #serves(child: ChildProcess): Promise<void> {
    if (this.#isReady) return;
    await new Promise<void>((resolve) => {
      const look = (text: string): void => {
        if (!text.includes("Stop it with")) return;
        child.stdout?.off("data", look);
        resolve();
      };
      child.stdout?.on("data", look);
    });
    this.#isReady = true;
  }
}
