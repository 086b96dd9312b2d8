import { randomUUID } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { identifyProcess, isRunning, parseIdentity } from "./process-identity.ts";

/**
 * Who uses a running PostgreSQL: one file per use in a folder, naming a process. A killed process cannot take its file
 * away, so a file counts only while exactly that process runs. Everything here is called under the process lock.
 */
export class Users {
  readonly #folder: string;
  readonly #platform: NodeJS.Platform;

  constructor(folder: string, platform: NodeJS.Platform) {
    this.#folder = folder;
    this.#platform = platform;
  }

  /** Notes that this process uses PostgreSQL. The same process may do so several times, once per handle. */
  async enter(): Promise<string> {
    const self = await identifyProcess(this.#platform, process.pid);
    const name = `${process.pid}-${randomUUID()}.json`;
    await writeFile(join(this.#folder, name), JSON.stringify(self ?? { pid: process.pid, startedAt: "" }), {
      flag: "wx",
    });
    return name;
  }

  /** Takes back what {@link Users.enter} noted. Doing so twice does nothing. */
  async leave(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
  }

  /** The processes that still use PostgreSQL, one entry per use. Removes what ended processes left behind. */
  async pids(): Promise<readonly number[]> {
    const pids: number[] = [];
    for (const name of await readdir(this.#folder)) {
      const identity = parseIdentity(await readFile(join(this.#folder, name), "utf8"));
      if (identity !== undefined && (await isRunning(this.#platform, identity))) pids.push(identity.pid);
      else await this.leave(name);
    }
    return pids;
  }
}
