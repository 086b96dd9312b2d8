import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import type { EmbeddedPostgresOptions } from "../index.ts";
import { Patience } from "../patience.ts";
import { identifyProcess } from "../process-identity.ts";

/** Data directories and processes of one test; whatever still runs in the end is killed. */
export class Workbench implements AsyncDisposable {
  readonly root: string;
  readonly #children: ChildProcess[] = [];
  readonly #dataDirs = new Set<string>();

  private constructor(root: string) {
    this.root = root;
  }

  static async open(): Promise<Workbench> {
    return new Workbench(await mkdtemp(join(tmpdir(), "embedded-postgres-")));
  }

  /** A data directory that does not exist yet. */
  dataDir(name = "data"): string {
    const path = join(this.root, name);
    this.#dataDirs.add(path);
    return path;
  }

  /** Another process that starts PostgreSQL with these options. */
  startUser(options: EmbeddedPostgresOptions, spawnOptions: SpawnOptions = {}): UserProcess {
    const script = fileURLToPath(new URL("user-process.ts", import.meta.url));
    const child = spawn(process.execPath, [script, JSON.stringify(options)], {
      ...spawnOptions,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#children.push(child);
    return new UserProcess(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    for (const dataDir of this.#dataDirs) await killPostmaster(dataDir).catch(() => {});
    await rm(this.root, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** A process that runs `user-process.ts`. */
export class UserProcess {
  readonly child: ChildProcess;
  /** The one line that it prints. */
  readonly answer: Promise<{ readonly url?: string; readonly code?: string; readonly message?: string }>;
  readonly #exit: Promise<unknown>;

  constructor(child: ChildProcess) {
    this.child = child;
    this.#exit = once(child, "exit");
    this.answer = firstLine(child).then((line) => JSON.parse(line));
  }

  async url(): Promise<string> {
    const answer = await this.answer;
    if (answer.url === undefined) throw new Error(`${answer.code}: ${answer.message}`);
    return answer.url;
  }

  /** Lets it call `stop()` and end. */
  async stop(): Promise<void> {
    this.child.stdin?.end();
    await this.#exit;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#exit;
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error(`the process ended without a word (exit code ${child.exitCode})`);
}

/** The number of the process in `postmaster.pid`. */
export function postmasterPid(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, "pgdata", "postmaster.pid"), "utf8"), 10);
}

/** Kills PostgreSQL's main process as a crash would, and waits until it is gone. */
export async function killPostmaster(dataDir: string): Promise<void> {
  const pid = postmasterPid(dataDir);
  process.kill(pid, "SIGKILL");
  await untilGone(pid);
}

export async function untilGone(pid: number): Promise<void> {
  const gone = await new Patience(30_000).until(async () =>
    (await identifyProcess(process.platform, pid)) === undefined ? true : undefined,
  );
  if (!gone) throw new Error(`process ${pid} still runs`);
}

/** Runs a query on a connection of its own. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

/** The log of the PostgreSQL of this data directory. */
export function readLog(dataDir: string): Promise<string> {
  return readFile(join(dataDir, "postgres.log"), "utf8");
}
